import { at, type Fault } from '../spec/pointer.ts'
import type { Seccomp } from '../spec/seccomp.ts'

// linux/seccomp.h: SECCOMP_FILTER_FLAG_*.
const LOG = 2
const SPEC_ALLOW = 4
const NEW_LISTENER = 8
const WAIT_KILLABLE_RECV = 32

/** The flags for seccomp(2). Without `flags` in the config SPEC_ALLOW, as in runc; `[]` means no flags. */
export function filterFlags({ flags: asked }: Seccomp, notify: boolean, faults: Fault[]): number {
  let flags = notify ? NEW_LISTENER : 0
  if (asked === undefined) return flags | SPEC_ALLOW
  for (const [i, name] of asked.entries()) {
    const flag = value(name)
    if (flag === undefined) faults.push({ pointer: at('flags', i), message: `unknown flag ${name}` })
    else if (flag === WAIT_KILLABLE_RECV && !notify) {
      faults.push({ pointer: at('flags', i), message: `${name} is for filters with SCMP_ACT_NOTIFY` })
    } else flags |= flag
  }
  return flags
}

function value(name: string): number | undefined {
  switch (name) {
    // TSYNC has no effect, as the process that loads the filter has one thread. And the kernel refuses it together with
    // NEW_LISTENER.
    case 'SECCOMP_FILTER_FLAG_TSYNC':
      return 0
    case 'SECCOMP_FILTER_FLAG_LOG':
      return LOG
    case 'SECCOMP_FILTER_FLAG_SPEC_ALLOW':
      return SPEC_ALLOW
    case 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV':
      return WAIT_KILLABLE_RECV
  }
  return undefined
}
