import { UsageError } from '../failure.ts'
import { O_CLOEXEC } from '../kernel/files.ts'
import type { Native } from '../native/table.ts'
import { isDigits } from '../spec/scan.ts'
import type { Values } from './row.ts'

/** 0, 1, 2 and what the caller asks to pass on: the `listening` sockets of sd_listen_fds(3), then those of --preserve-fds. */
export function inheritedFds(native: Native, preserve: Values[string], listening = listenFds(native)): number[] {
  const count = wholeNumber(preserve === undefined ? '0' : String(preserve))
  if (count === undefined) throw new UsageError('ARGUMENT', `invalid number of --preserve-fds: ${preserve}`)
  const sockets = 3 + listening
  const all = sockets + count
  const fds: number[] = []
  for (let fd = 0; fd < all; fd++) {
    if (fd > 2 && !isInherited(native, fd))
      throw new UsageError(
        'ARGUMENT',
        `${fd < sockets ? 'LISTEN_FDS' : '--preserve-fds'}: file descriptor ${fd} is not open`,
      )
    fds.push(fd)
  }
  return fds
}

// Open, and not the engine's own: Node marks all that it inherits close-on-exec and then makes its first own, an epoll(7).
function isInherited(native: Native, fd: number): boolean {
  const info = native.read(`/proc/self/fdinfo/${fd}`, 65536)
  if (typeof info === 'number') return false
  const at = info.indexOf('flags:\t') + 7
  const closes = (Number.parseInt(info.slice(at, info.indexOf('\n', at)), 8) & O_CLOEXEC) !== 0
  return !closes || native.link(`/proc/self/fd/${fd}`) !== 'anon_inode:[eventpoll]'
}

/** The same sockets, announced to the container's process, which is number 1 of its own pid namespace. */
export function listenEnv(native: Native): string[] {
  const count = listenFds(native)
  return count === 0 ? [] : [`LISTEN_FDS=${count}`, 'LISTEN_PID=1']
}

/** The socket of the service manager that has started this command (sd_notify(3)), with `@` an abstract name; undefined: there is none. */
export function notifySocket(native: Native): string | undefined {
  const path = native.env('NOTIFY_SOCKET')
  return typeof path === 'string' && (path.startsWith('/') || path.startsWith('@')) ? path : undefined
}

// They are meant for the process that LISTEN_PID names, not for whoever inherits the environment from it.
function listenFds(native: Native): number {
  const count = native.env('LISTEN_FDS')
  if (typeof count === 'number' || native.env('LISTEN_PID') !== native.link('/proc/self')) return 0
  return wholeNumber(count) ?? 0
}

function wholeNumber(text: string): number | undefined {
  return text.length <= 9 && isDigits(text) ? Number(text) : undefined
}
