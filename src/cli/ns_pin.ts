import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EACCES, EEXIST, EINVAL, ENOENT, EPERM } from '../kernel/errnos.ts'
import { type NsFile, netnsFolder, nsFileNames } from '../kernel/ns_files.ts'
import { isStill, type Named, processNamed } from '../lifecycle/namespaces.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { namespacesOf } from '../machine/namespaces.ts'
import { absolutePath } from '../machine/root.ts'
import { typeNamed } from './namespace_words.ts'
import { print } from './output.ts'

// A namespace lives as long as something holds it: a process, a descriptor, or a bind mount of its file. The last is a pin (namespaces(7)).

/**
 * Of all other types: NAME.TYPE. Its mount is private, as the kernel lets no mount namespace be pinned where the pin would show in that namespace
 * itself.
 */
const folder = '/run/ocits-ns'

const fileOf = (name: string, type: NsFile) => (type === 'net' ? `${netnsFolder}/${name}` : `${folder}/${name}.${type}`)

/** `ns pin`: prints the file that holds the namespace from now on. */
export function pin(runtime: Runtime, [word = '', typeWord = '', name]: readonly string[]): number {
  const { native } = runtime
  const type = typeNamed(typeWord)
  const named = processNamed(runtime, word)
  const file = name?.includes('/') ? absolutePath(native, name) : fileOf(checkName(name ?? word), type)
  if (!name?.includes('/')) {
    const [place, shared] = type === 'net' ? [netnsFolder, 1] : [folder, 0]
    told(native.pinFolder(place, shared), place, '')
  }
  told(
    native.pin(`/proc/${named.pid}/ns/${type}`, file),
    `pin the ${type} namespace of ${word} at ${file}`,
    whyNot(runtime, named, type),
  )
  // The number may have become another process's meanwhile; and of a pin that nobody is told of nobody knows.
  try {
    if (isStill(runtime, named)) return print(runtime, `${file}\n`)
    throw new UsageError('STATUS', `container not running: ${word}`, word)
  } catch (error) {
    const left = refusal(native.unpin(file), `unpin ${file}`, '')
    if (left !== undefined) runtime.warn(left)
    throw error
  }
}

// What EINVAL of the bind mount means.
function whyNot({ native }: Runtime, { pid }: Named, type: NsFile): string {
  if (type !== 'mnt') return 'it is no namespace'
  const same = namespacesOf(native, pid)?.mnt === namespacesOf(native, 'self')?.mnt
  if (same)
    return 'this is your own mount namespace, and the kernel pins none in itself: its pin would keep itself alive'
  return 'a mount namespace is pinned only from an older one, as the kernel counts them, and below a mount that is private (mount --make-private)'
}

/** `ns unpin`: the file goes, and the namespace with it if nothing else holds it. */
export function unpin(runtime: Runtime, [name = '']: readonly string[]): number {
  const { native } = runtime
  const file = name.includes('/') ? absolutePath(native, name) : pinNamed(runtime, name)
  told(native.unpin(file), `unpin ${file}`, 'it is not a file that holds a namespace')
  return 0
}

function pinNamed({ native }: Runtime, name: string): string {
  checkName(name)
  const found = nsFileNames.map((type) => fileOf(name, type)).filter((file) => native.mode(file) >= 0)
  const [first, ...others] = found
  if (first === undefined)
    throw new UsageError(
      'MISSING',
      `no pin ${name}: neither ${netnsFolder}/${name} nor ${folder}/${name}.TYPE is there`,
    )
  if (others.length > 0)
    throw new UsageError('ARGUMENT', `several pins are called ${name}: ${found.join(', ')}: name one by its path`)
  return first
}

function checkName(name: string): string {
  if (name !== '' && name !== '.' && name !== '..' && !name.includes('/') && name.length <= 240) return name
  throw new UsageError('ARGUMENT', `no name for a pin: ${JSON.stringify(name)}`)
}

/** The cures of what the kernel refuses. */
const cures: Readonly<Record<number, string>> = {
  [EPERM]:
    'mount(2) needs CAP_SYS_ADMIN in the user namespace that owns your mount namespace: root, or `unshare --user --map-root-user --mount`',
  [EACCES]: 'it needs the same user and capabilities as that process, or CAP_SYS_PTRACE (ptrace(2))',
  [EEXIST]: 'that name is in use: `ocits ns unpin` frees it',
  [ENOENT]: 'the folder, or the process, is not there',
}

function told(...result: readonly [result: number, what: string, invalid: string]): void {
  const refused = refusal(...result)
  if (refused !== undefined) throw refused
}

function refusal(result: number, what: string, invalid: string): UsageError | undefined {
  if (result >= 0) return undefined
  const { name, text } = errno(-result)
  const cure = result === -EINVAL ? invalid : (cures[-result] ?? '')
  return new UsageError(
    result === -EEXIST ? 'EXISTS' : 'SYSTEM',
    `${what}: ${name} (${text})${cure === '' ? '' : `: ${cure}`}`,
  )
}
