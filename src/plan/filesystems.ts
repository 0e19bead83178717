import { refuse } from '../failure.ts'
import { mountAttr } from '../kernel/mount.ts'
import type { Mount } from '../spec/mounts.ts'
import { clean } from '../spec/path.ts'
import type { Pointer } from '../spec/pointer.ts'
import { isBind } from '../spec/rules/mounts.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step, StepOf } from '../step/step.ts'
import { type MountOptions, parseOptions } from './mount_options.ts'

/** A mount of the config, with its options parsed. */
export type Wanted = {
  readonly pointer: Pointer
  readonly mount: Mount
  readonly options: MountOptions
  /** The destination in the root, without `.`, `..` and doubled slashes. */
  readonly target: string
  readonly isBind: boolean
  /** Whether it mounts nothing, and changes what is mounted there: `remount`, or propagation without a type. */
  readonly isChange: boolean
}

/** The mounts of the config, in their order. `label`: the option that labels new file systems; empty for none. */
export function wantedMounts({ mounts = [] }: Spec, label: string): readonly Wanted[] {
  const found: Wanted[] = []
  for (let i = 0; i < mounts.length; i++) {
    const mount = mounts[i]
    if (mount === undefined) break
    const options = parseOptions(mount.options ?? [])
    if (label !== '' && takesLabel(mount, options)) options.data.push(label)
    const { type = '', destination } = mount
    const isBind = type === 'bind' || options.bind !== undefined
    const isChange = options.remount || (!isBind && (type === '' || type === 'none'))
    found.push({ pointer: `/mounts/${i}`, mount, options, target: clean(destination), isBind, isChange })
  }
  return found
}

// The SELinux policy labels the kernel's own file systems; mqueue is labelled through a file (mount_label.ts).
function takesLabel(mount: Mount, { remount, data }: MountOptions): boolean {
  const { type = '' } = mount
  if (isBind(mount) || remount || ['', 'none', 'proc', 'sysfs', 'cgroup', 'cgroup2', 'mqueue'].includes(type))
    return false
  return !data.some((option) => option.slice(0, option.indexOf('=')).endsWith('context'))
}

/** A new mount of a file system. */
export function filesystem(wanted: Wanted): Step & StepOf<'mount'> {
  const { pointer, mount, options, target } = wanted
  const { type = '', source = '' } = mount
  if (type === 'overlay') for (const option of options.data) absolute(`${pointer}/options`, option)
  const asked = options.set | options.setBelow
  const attrs = turnsReadonlyLate(wanted) ? asked & ~mountAttr.rdonly : asked
  const superblock = attrs & mountAttr.rdonly ? ['ro', ...options.superblock] : options.superblock
  return {
    op: 'mount',
    actor: 'init',
    pointer,
    fs: type,
    source,
    target,
    attrs,
    options: [...superblock, ...options.data],
    propagation: options.propagation,
    // A symlink there would let the image choose where they are mounted (CVE-2019-19921).
    no_symlinks: type === 'proc' || type === 'sysfs',
    cover: type === 'tmpfs' && !options.data.some((option) => option.startsWith('mode=')),
    copyup: options.copyup,
  }
}

// A relative path would begin in a folder of the image, which could have symlinks.
function absolute(pointer: Pointer, option: string): void {
  const equals = option.indexOf('=')
  if (!['lowerdir', 'lowerdir+', 'datadir+', 'upperdir', 'workdir'].includes(option.slice(0, equals))) return
  for (let i = equals + 1, starts = true; i < option.length; i++) {
    const letter = option[i]
    if (starts && letter !== '/' && letter !== ':') {
      refuse(pointer, `a path of an overlay must be absolute: ${JSON.stringify(option)}`)
    }
    starts = letter === ':'
    if (letter === '\\') i++
  }
}

/** A tmpfs and /dev become read-only when everything is in them: `lateReadonly` of mounts.ts. */
export function turnsReadonlyLate({ mount, options, target, isBind }: Wanted): boolean {
  const { set, setBelow, remount } = options
  if (((set | setBelow) & mountAttr.rdonly) === 0 || remount || isBind) return false
  return mount.type === 'tmpfs' || target === '/dev'
}
