import type { ProfileFault } from './failure.ts'

/** What a filter returns for a call: one of SECCOMP_RET_* (linux/seccomp.h), with data in the lower 16 bits. */
export type Verdict = number

export const KILL_THREAD: Verdict = 0
const TRAP = 0x0003_0000
const ERRNO = 0x0005_0000
const NOTIFY = 0x7fc0_0000
const TRACE = 0x7ff0_0000
const LOG = 0x7ffc_0000
const ALLOW = 0x7fff_0000
const KILL_PROCESS = 0x8000_0000

const ACTION = 0xffff_0000

export const ERRNO_ENOSYS: Verdict = ERRNO + 38

const EPERM = 1

// The kernel replaces a larger errno by this one (linux/err.h: MAX_ERRNO).
const MAX_ERRNO = 4095

/** The verdict for an action of the spec. If it needs an errno and has none, that is EPERM. */
export function verdict(action: string, errnoRet: number | undefined): Verdict | ProfileFault {
  const value = returned(action)
  if (value === undefined) return { field: 'action', message: `unknown action ${action}` }
  if (value !== ERRNO && value !== TRACE) {
    if (errnoRet === undefined) return value
    return { field: 'errnoRet', message: `${action} has no errno; only SCMP_ACT_ERRNO and SCMP_ACT_TRACE have` }
  }
  const most = value === ERRNO ? MAX_ERRNO : 0xffff
  if (errnoRet !== undefined && errnoRet > most) return { field: 'errnoRet', message: `is more than ${most}` }
  return value + (errnoRet ?? EPERM)
}

function returned(action: string): number | undefined {
  switch (action) {
    case 'SCMP_ACT_ALLOW':
      return ALLOW
    case 'SCMP_ACT_ERRNO':
      return ERRNO
    case 'SCMP_ACT_KILL':
    case 'SCMP_ACT_KILL_THREAD':
      return KILL_THREAD
    case 'SCMP_ACT_KILL_PROCESS':
      return KILL_PROCESS
    case 'SCMP_ACT_TRAP':
      return TRAP
    case 'SCMP_ACT_TRACE':
      return TRACE
    case 'SCMP_ACT_LOG':
      return LOG
    case 'SCMP_ACT_NOTIFY':
      return NOTIFY
  }
  return undefined
}

/** Whether a call with this verdict does nothing and returns success. */
export const pretends = (value: Verdict | undefined): boolean => value === ERRNO

/** Whether a call with this verdict is certainly not made. An agent or a tracer may allow it. */
export function isDenied(value: Verdict | undefined): boolean {
  if (value === undefined || passes(value)) return false
  const action = (value & ACTION) >>> 0
  return action !== NOTIFY && action !== TRACE
}

/** Whether a call with this verdict is certainly made. */
export const passes = (value: Verdict | undefined): boolean => value === ALLOW || value === LOG

/**
 * Whether a default action lets unknown calls through, or leaves them to a tracer, which answers ENOSYS itself (runc's
 * words for the same choice). All others answer calls newer than the profile with ENOSYS, so that libc falls back to
 * older ones.
 */
export function isPermissive(value: Verdict): boolean {
  return value === ALLOW || value === LOG || (value >= TRACE && value < LOG)
}
