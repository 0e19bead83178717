import type { Fault } from '../../spec/pointer.ts'

/** The systemd unit of a container. */
export type Unit = {
  /** `<prefix>-<name>.scope`, or a slice if the config names one. */
  readonly name: string
  readonly kind: 'scope' | 'slice'
  /** The slice in which it is. */
  readonly parent: string
  /** Its cgroup, below that of the manager: `/system.slice/docker-1234.scope`. */
  readonly path: string
}

/** The container: its id, which may be a placeholder, and whether the manager of a user makes the unit. */
export type Asker = { readonly id: string; readonly ofUser: boolean }

const pointer = '/linux/cgroupsPath'

/**
 * The unit that `linux.cgroupsPath` names: `slice:prefix:name`, of which slice and prefix may be empty, or an empty string
 * (systemd.unit(5), systemd.scope(5), systemd.slice(5)).
 */
export function unitOf(cgroupsPath: string, { id, ofUser }: Asker): Unit | Fault {
  const parts = cgroupsPath === '' ? ['', 'ocits', id] : cgroupsPath.split(':')
  const [slice = '', prefix = '', given = ''] = parts
  if (parts.length !== 3 || given === '') {
    const words = JSON.stringify(cgroupsPath)
    const message = `expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups, got ${words} instead`
    return { pointer, message }
  }
  const parent = slice !== '' ? slice : ofUser ? 'user.slice' : 'system.slice'
  const above = slicePath(parent)
  if (above === undefined) return { pointer, message: `invalid slice name: ${parent}` }
  if (given.endsWith('.slice')) {
    const path = slicePath(given)
    if (path === undefined || path === '/') return { pointer, message: `invalid slice name: ${given}` }
    return { name: given, kind: 'slice', parent, path }
  }
  const name = `${prefix === '' ? '' : `${prefix}-`}${given}.scope`
  if (!isUnitName(name)) return { pointer, message: `invalid unit name: ${name}` }
  return { name, kind: 'scope', parent, path: `${above === '/' ? '' : above}/${name}` }
}

/** The folder of a slice: each dash is a level. `a-b.slice` is `/a.slice/a-b.slice`, and `-.slice` is the root. */
export function slicePath(slice: string): string | undefined {
  if (!slice.endsWith('.slice') || !isUnitName(slice)) return undefined
  const words = slice.slice(0, -'.slice'.length)
  if (words === '-') return '/'
  let path = ''
  let name = ''
  for (const word of words.split('-')) {
    if (word === '') return undefined
    name += name === '' ? word : `-${word}`
    path += `/${name}.slice`
  }
  return path
}

/** UNIT_NAME_MAX of systemd, which counts the suffix. */
const maxName = 255

// Letters, digits and `:-_.\`; @ makes an instance of a template, which a transient unit is not. The placeholders of an id are no part of
// its rules: an id has fewer letters, but for +, which systemd refuses.
function isUnitName(name: string): boolean {
  if (name.length > maxName) return false
  for (let i = 0; i < name.length; i++) {
    const letter = name.charAt(i)
    const plain =
      (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
    if (letter === '\0') i++
    else if (!plain && !':-_.\\'.includes(letter)) return false
  }
  return true
}
