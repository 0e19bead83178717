import type { Pack } from '../program/encode.ts'

/**
 * THE table of native functions: everything that is asked of the kernel outside of the steps of a plan. The QuickJS binding
 * (native/engine/quickjs.gen.c), the koffi binding (koffi.ts) and the type `Native` come from it.
 *
 * Arguments: str (UTF-8 without NUL), bytes, i32, fds (a list of file descriptors).
 * Results: `i32` is ≥ 0 or -errno; `text` and `bytes` are the value, or the number -errno.
 */
export type Argument = 'str' | 'bytes' | 'i32' | 'fds'
export type Result = 'i32' | 'text' | 'bytes'
export type FunctionRow = { readonly args: readonly Argument[]; readonly result: Result }

export const functionTable = {
  /** read(path, limit): a whole file of at most `limit` bytes (EFBIG if it is larger), regular or of procfs; does not block on a fifo. */
  read: { args: ['str', 'i32'], result: 'text' },
  /** readOwn(path, limit): a file that the runtime wrote: as read, but a symlink in its place is ELOOP. */
  readOwn: { args: ['str', 'i32'], result: 'text' },
  /** readBytes(path, limit) */
  readBytes: { args: ['str', 'i32'], result: 'bytes' },
  /**
   * code(path, limit): a regular file that is going to be executed, opened once. ELOOP if it is a symlink; EPERM unless root or this user owns
   * it, and if others may write to it or to its folder.
   */
  code: { args: ['str', 'i32'], result: 'bytes' },
  /** list(folder): the names in it, each followed by NUL, in no particular order. */
  list: { args: ['str'], result: 'text' },
  /** mode(path): st_mode by lstat(2). */
  mode: { args: ['str'], result: 'i32' },
  /** link(path): readlink(2). */
  link: { args: ['str'], result: 'text' },
  /** real(path): realpath(3). */
  real: { args: ['str'], result: 'text' },
  /** same(path, other): 1 if both lead to the same file, by stat(2), 0 if not; a namespace is such a file (namespaces(7)). */
  same: { args: ['str', 'str'], result: 'i32' },
  /**
   * namespace(path, way): that of a file (namespaces(7)), or what a way of letters leads to from there: `u` the user namespace that owns it, `p` its
   * parent. The answer is the number of its type (CLONE_NEW*), its inode and, of a user namespace, the uid of its owner, else -1. EINVAL: the file is none,
   * or has no parent; EPERM: that one is out of sight (ioctl_nsfs(2)).
   */
  namespace: { args: ['str', 'str'], result: 'text' },
  /** pinFolder(folder, shared): a folder that is a mount by itself, shared or private, made where it is missing. */
  pinFolder: { args: ['str', 'i32'], result: 'i32' },
  /** pin(path, file): a new file (O_EXCL) that holds the namespace at `path`, by a bind mount. */
  pin: { args: ['str', 'str'], result: 'i32' },
  /** unpin(file): the end of such a file. EINVAL: it is none. */
  unpin: { args: ['str'], result: 'i32' },
  /**
   * network(path, type): what rtnetlink(7) tells of the network namespace of a file, or with an empty path of the caller's own: the messages that answer
   * RTM_GETLINK (18), RTM_GETADDR (22) or RTM_GETROUTE (26). EINVAL: the file holds no network namespace; EPERM: this caller may not enter it.
   */
  network: { args: ['str', 'i32'], result: 'bytes' },
  /** create(path, content, mode): a new file (O_EXCL), never through a symlink. */
  create: { args: ['str', 'bytes', 'i32'], result: 'i32' },
  /** append(path, text): to a log file, made with mode 0644; O_NOFOLLOW. */
  append: { args: ['str', 'str'], result: 'i32' },
  /** put(fd, text): all of it to an open fd. */
  put: { args: ['i32', 'str'], result: 'i32' },
  /** env(name): an environment variable; -ENOENT if unset. */
  env: { args: ['str'], result: 'text' },
  /** columns(fd): the width of the terminal on `fd`; -ENOTTY if it is not a terminal. */
  columns: { args: ['i32'], result: 'i32' },
  /** machine(): uname(2), as x86_64. */
  machine: { args: [], result: 'text' },
  /** euid() */
  euid: { args: [], result: 'i32' },
  /** egid() */
  egid: { args: [], result: 'i32' },
  /** able(capability): 1 if this thread has it, as a number of capabilities(7), in its effective set, 0 if not. */
  able: { args: ['i32'], result: 'i32' },
  /** now(): UTC, RFC 3339 with nanoseconds. */
  now: { args: [], result: 'text' },
  /** probe(folder, name): 0 if somebody listens on the socket `name` in `folder`; -ECONNREFUSED or -ENOENT if not. */
  probe: { args: ['str', 'str'], result: 'i32' },
  /** locked(folder): 1 if a process holds the flock(2) of `folder`, 0 if not. */
  locked: { args: ['str'], result: 'i32' },
  /** ours(folder): 0 if it is a directory (no symlink) of this user that nobody else may write to; -EPERM if others may. */
  ours: { args: ['str'], result: 'i32' },
  /** exposed(path): 1 if others could replace it, because a folder above it may be written to by all; 0 if not. */
  exposed: { args: ['str'], result: 'i32' },
  /**
   * members(folder, inode): the processes of a cgroup and of all below it, a line each. `inode` is that of the cgroup, in digits (empty: any);
   * -ESTALE if the cgroup has another one, -ENOENT if there is no such cgroup.
   */
  members: { args: ['str', 'str'], result: 'text' },
  /**
   * output(words, limit): runs a program of the host, found in PATH: its words, each ended by NUL. The answer is a line with its exit status
   * in three digits, then all that it wrote to stdout and stderr, at most `limit` bytes (EFBIG above). -ECANCELED when a signal comes: then the
   * program is killed.
   */
  output: { args: ['bytes', 'i32'], result: 'text' },
  /** input(path, limit): all of a file, a fifo or a pipe, of stdin for `-`. Blocks until its end; -ECANCELED when a signal comes. */
  input: { args: ['str', 'i32'], result: 'text' },
  /** event(): a new eventfd(2), which can be the `cancel` of execute: 8 bytes that are written to it make it readable. */
  event: { args: [], result: 'i32' },
  /** pidfd(pid): pidfd_open(2). It turns readable when the process ends. */
  pidfd: { args: ['i32'], result: 'i32' },
  /** status(pidfd): reaps a child; 0-255 or 128 + signal; -EAGAIN while it runs, -ECHILD if it is not a child of this process. */
  status: { args: ['i32'], result: 'i32' },
  /**
   * ending(pidfd): the wait(2) status of a process that another process has reaped; -EAGAIN before that; -ENOTTY, -EINVAL or -ESRCH on a kernel
   * without PIDFD_INFO_EXIT (Linux 6.15).
   */
  ending: { args: ['i32'], result: 'i32' },
  /**
   * await(pidfd, reaped, milliseconds): waits until the process has ended or, if `reaped` is 1, until it has been reaped; -ECANCELED when a
   * signal comes, -ETIMEDOUT. A negative time is no limit.
   */
  await: { args: ['i32', 'i32', 'i32'], result: 'i32' },
  /** ticks(milliseconds): a timer that turns readable each time so many have passed, timerfd_create(2). */
  ticks: { args: ['i32'], result: 'i32' },
  /**
   * ooms(folder): a descriptor that turns readable when the kernel may have killed a process of this cgroup for memory: of v2, each time
   * that memory.events changes. -ENOENT if it is no cgroup of the controller of memory.
   */
  ooms: { args: ['str'], result: 'i32' },
  /**
   * ready(fds): waits until one of at most 8 is readable, and takes what it has, up to 4096 bytes; answers its place, the first of several. One below
   * 0 never is. -ECANCELED when a signal comes.
   */
  ready: { args: ['fds'], result: 'i32' },
  /**
   * execute(program, root, id, fds, cancel): carries out a program for container `id` under the state folder `root`.
   * `fds` become 0, 1, 2 … of the process. A `cancel` fd that turns readable undoes everything (-1: none; the static
   * binary passes its signalfd). The result is an outcome: src/program/outcome.ts.
   */
  execute: { args: ['bytes', 'str', 'str', 'fds', 'i32'], result: 'bytes' },
  /** check(program): empty if execute accepts it; else u32 the step that is malformed, u32 its argument (-1: the step itself). */
  check: { args: ['bytes'], result: 'bytes' },
} as const satisfies Record<string, FunctionRow>

type Argued = { str: string; bytes: Uint8Array; i32: number; fds: readonly number[] }
type Answered = { i32: number; text: string | number; bytes: Uint8Array | number }
type Table = typeof functionTable
type ArgumentsOf<A extends readonly Argument[]> = { -readonly [I in keyof A]: Argued[A[I]] }

/** The native functions as a binding provides them. */
export type Native = {
  readonly [F in keyof Table]: (...args: ArgumentsOf<Table[F]['args']>) => Answered[Table[F]['result']]
} & {
  /** Only in the static binary, as only the engine's own functions can take objects. */
  readonly pack?: Pack
}
