import type { Op } from '../step/step.ts'

/** The oldest kernel on which all of ocits works. */
export const oldest = '5.12'

// The kernel version that added each system call.
const since = {
  clone3: '5.3',
  close_range: '5.9',
  faccessat2: '5.8',
  fsconfig: '5.2',
  fsmount: '5.2',
  fsopen: '5.2',
  mount_setattr: '5.12',
  move_mount: '5.2',
  open_tree: '5.2',
  openat2: '5.6',
  pidfd_getfd: '5.6',
  pidfd_open: '5.3',
  pidfd_send_signal: '5.1',
} as const

type Call = keyof typeof since

const made: readonly Call[] = ['fsopen', 'fsconfig', 'fsmount']
const cloned: readonly Call[] = ['open_tree', 'mount_setattr']
const placed: readonly Call[] = ['openat2', 'move_mount']
const signalled: readonly Call[] = ['pidfd_open', 'pidfd_send_signal']

// Those of them that a step uses.
const taken: Partial<Record<Op, readonly Call[]>> = {
  agent: ['pidfd_getfd'],
  become_root: ['clone3'],
  bind: [...placed, 'mount_setattr'],
  chdir: ['openat2'],
  clean: ['close_range'],
  device: ['openat2'],
  device_bind: placed,
  device_source: [...made, 'open_tree'],
  executable: ['faccessat2', 'openat2'],
  fork: ['clone3', 'pidfd_open'],
  home: ['openat2'],
  hook: ['clone3', 'close_range'],
  idmap: signalled,
  idmap_source: ['clone3', 'mount_setattr'],
  joined_root: placed,
  label: ['openat2'],
  mask: [...made, 'open_tree', ...placed],
  mkdir: ['openat2'],
  mount: [...made, ...placed, 'mount_setattr'],
  mount_or_bind: [...made, ...placed, 'open_tree', 'mount_setattr'],
  procfs: made,
  readonly: [...cloned, ...placed],
  remount: ['openat2', 'mount_setattr'],
  root: [...cloned, 'move_mount'],
  root_propagation: ['mount_setattr'],
  rootfs: ['openat2'],
  signal: signalled,
  signal_all: signalled,
  source: ['openat2', ...cloned],
  source_in_root: ['openat2', ...cloned],
  spawn: ['clone3', 'close_range', ...signalled],
  start: signalled,
  symlink: ['openat2'],
  sysctl: ['openat2'],
  undo_hook: ['clone3', 'close_range'],
  wait: ['close_range'],
  wait_for_exit: signalled,
}

/** The system calls that a step needs which failed with ENOSYS, in words; empty if it needs none that is new. */
export function newerCalls(op: Op): string {
  const words = (taken[op] ?? []).map((call) => `${call}(2) of Linux ${since[call]}`)
  const last = words.pop()
  if (last === undefined) return ''
  const all = words.length === 0 ? last : `${words.join(', ')} and ${last}`
  return `it needs ${all}: this kernel is older than Linux ${oldest}, which ocits needs, or a filter around ocits forbids new system calls`
}
