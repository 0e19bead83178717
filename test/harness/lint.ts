import type { Call } from './strace.ts'

// How a safe init uses paths, seen in its system calls.

/** Calls that use a folder's descriptor and one plain name, and do not follow a link. */
const plainNames = new Set([
  'mkdirat',
  'mknodat',
  'symlinkat',
  'unlinkat',
  'openat',
  'newfstatat',
  'readlinkat',
  'fchownat',
])
/** Calls whose strings are not paths. */
const noPaths = new Set(
  'fsopen fsconfig write writev read recvfrom sendto recvmsg sendmsg keyctl sethostname setdomainname prctl ioctl getcwd'.split(
    ' ',
  ),
)

const first = ({ args }: Pick<Call, 'args'>) => args.split(',')[0] ?? ''
/** The descriptor of the folder of a call: symlinkat(2) has the content of the link before it. */
const folder = ({ name, args }: Call) => args.split(', ')[name === 'symlinkat' ? 1 : 0]
/** The strings of a call that are paths: the content of a link is none. */
const paths = ({ name, strings }: Call) => (name === 'symlinkat' ? strings.slice(1) : strings)
const fails = ({ result }: Call) => result.startsWith('-1')

/**
 * The violations of these rules in the calls of an init, up to its execve:
 *
 * 1. from the time when the root is in place until pivot_root, the only absolute path that is not resolved inside the root is `/`;
 * 2. there is never an absolute path below /proc;
 * 3. a path of the image is resolved by openat2 with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS, and its last component is used once: the
 *    checked file and the later mount point are the same descriptor;
 * 4. at execve only the descriptors 0, 1, 2 and `preserved` more are open.
 */
export function lint(calls: readonly Call[], rootfs: string, preserved = 0): readonly string[] {
  const opened = calls.findIndex(({ strings }) => strings[0] === rootfs)
  const placed = calls.findIndex(({ name }, index) => index > opened && name === 'move_mount')
  const pivot = calls.findIndex(({ name }) => name === 'pivot_root')
  const exec = calls.map(({ name }) => name).lastIndexOf('execve')
  if (opened < 0 || placed < 0 || pivot < placed || exec < pivot) return ['no rootfs, pivot_root or execve']
  return [
    ...calls.slice(placed + 1, pivot).flatMap(foreign),
    ...calls.slice(0, exec).flatMap((call) => (isProc(call) ? [`a path below /proc: ${shown(call)}`] : [])),
    ...twice(calls.slice(placed, exec)),
    ...leftOpen(calls.slice(0, exec), preserved),
  ]
}

const shown = ({ name, args, strings }: Call) => `${name}(${first({ args })}, ${strings.join(', ')})`
const takesPath = ({ name }: Call) => !noPaths.has(name)

function inRoot(call: Call): boolean {
  const careful = call.args.includes('RESOLVE_IN_ROOT') && call.args.includes('RESOLVE_NO_MAGICLINKS')
  return call.name === 'openat2' && careful && first(call) !== 'AT_FDCWD'
}

function isProc(call: Call): boolean {
  return takesPath(call) && !inRoot(call) && paths(call).some((path) => /^\/+proc(\/|$)/.test(path))
}

/** A path that the kernel would not resolve from the root of the container. */
function foreign(call: Call): readonly string[] {
  if (!takesPath(call) || inRoot(call)) return []
  return paths(call).flatMap((path) => {
    if (path === '' || path === '/' || path === '.') return []
    const plain = plainNames.has(call.name) && !path.includes('/') && !call.args.includes('AT_FDCWD')
    const follows = call.name === 'openat' && !call.args.includes('O_NOFOLLOW')
    return plain && !follows ? [] : [`a path by its name: ${shown(call)}`]
  })
}

/** Paths whose last component is used more than once. Making a new entry in a folder is no use of the folder's last component. */
function twice(calls: readonly Call[]): readonly string[] {
  const used = new Set<string>()
  return calls.flatMap((call, index) => {
    const path = call.strings[0] ?? ''
    if (!inRoot(call) || fails(call) || path === '/' || isParent(calls.slice(index + 1), call.result)) return []
    if (!used.has(path)) {
      used.add(path)
      return []
    }
    return [`resolved again: ${path}`]
  })
}

function isParent(later: readonly Call[], fd: string): boolean {
  const closed = later.findIndex((call) => call.name === 'close' && first(call) === fd)
  const uses = later.slice(0, closed < 0 ? undefined : closed).filter((call) => folder(call) === fd)
  return uses.some(({ name }) => plainNames.has(name))
}

/**
 * close_range must be the last call with descriptors. The first one above the preserved descriptors may stay: it is the init's own socket,
 * close-on-exec, which reports the execve.
 */
function leftOpen(calls: readonly Call[], preserved: number): readonly string[] {
  const closing = calls.map(({ name, args, result }) => `${name} ${args} ${result}`)
  const closed = closing.lastIndexOf(`close_range ${4 + preserved}, 4294967295, 0 0`)
  if (closed < 0) return ['no close_range before execve']
  const opening = /^(open|dup|socket|accept|memfd|pipe|fsopen|fsmount|open_tree|pidfd|eventfd|signalfd|fcntl|recvmsg)/
  return calls
    .slice(closed + 1)
    .flatMap((call) => (opening.test(call.name) ? [`after close_range: ${shown(call)}`] : []))
}
