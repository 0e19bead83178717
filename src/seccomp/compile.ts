import { places } from '../kernel/syscalls.ts'
import { at, type Fault } from '../spec/pointer.ts'
import type { Seccomp } from '../spec/seccomp.ts'
import { type Architecture, architecture, architectureTable } from './architectures.ts'
import { bytes, JEQ, jump, load, MAX_INSTRUCTIONS, type Program, program, ret } from './assembler.ts'
import { SeccompFailure } from './failure.ts'
import { filterFlags } from './flags.ts'
import { syscallRanges } from './ranges.ts'
import { putEntry } from './rules.ts'
import { ASK, leafOf, type Sheet, sheet } from './sheet.ts'
import { tree } from './tree.ts'
import { ERRNO_ENOSYS, isPermissive, KILL_THREAD, type Verdict, verdict } from './verdict.ts'
import { type View, view } from './view.ts'

export type CompiledFilter = {
  /** An array of struct sock_filter, in the byte order of the native architecture. */
  readonly filter: Uint8Array
  /** SECCOMP_FILTER_FLAG_*, for seccomp(2). */
  readonly flags: number
  /** Whether seccomp(2) returns a listener. */
  readonly notify: boolean
  /** The verdict of a call for all arguments; undefined if it depends on them. */
  readonly answer: (call: string) => Verdict | undefined
}

/**
 * `linux.seccomp` as a filter for a machine of this architecture, such as SCMP_ARCH_X86_64. Throws SeccompFailure with all
 * faults of the profile. The verdicts are those of runc with libseccomp; docs/decisions/008-seccomp.md has the
 * differences.
 */
export function compileFilter(profile: Seccomp, native: string): CompiledFilter {
  const byDefault = verdict(profile.defaultAction, profile.defaultErrnoRet)
  const written = sheet(places(), typeof byDefault === 'number' ? byDefault : KILL_THREAD)
  const { faults } = written
  if (typeof byDefault !== 'number') {
    const field = byDefault.field === 'action' ? 'defaultAction' : 'defaultErrnoRet'
    faults.push({ pointer: at(field), message: byDefault.message })
  }
  const machines = architectures(profile, native, faults)
  for (const [i, entry] of (profile.syscalls ?? []).entries()) putEntry(written, entry, i)
  const notify = listener(profile, faults)
  const flags = filterFlags(profile, notify, faults)
  const p = faults.length === 0 ? assemble(written, machines) : undefined
  if (p === undefined || faults.length > 0) throw new SeccompFailure(faults)
  if (p.size <= MAX_INSTRUCTIONS) return { filter: bytes(p), flags, notify, answer: answers(written) }
  const message = `makes a filter of ${p.size} instructions; the kernel accepts ${MAX_INSTRUCTIONS}`
  throw new SeccompFailure([{ pointer: at('syscalls'), message }])
}

function answers({ places, leaves, verdicts }: Sheet): CompiledFilter['answer'] {
  return (call) => {
    const leaf = leaves[places.get(call) ?? 0] as number
    return leaf === ASK ? undefined : verdicts[leaf]
  }
}

// The native architecture is always included, and comes first.
function architectures({ architectures = [] }: Seccomp, native: string, faults: Fault[]): readonly Architecture[] {
  const rows = architectureTable()
  const own = architecture(native, rows)
  if (own === undefined) throw new Error(`no table of system calls for ${native}`)
  const found = [own]
  for (const [i, name] of architectures.entries()) {
    const one = architecture(name, rows)
    const pointer = at('architectures', i)
    if (one === undefined) faults.push({ pointer, message: `unknown architecture ${name}` })
    else if (one.bigEndian !== own.bigEndian)
      faults.push({ pointer, message: `${name} has not the byte order of ${native}` })
    else if (!found.some((other) => other.name === name)) found.push(one)
  }
  return found
}

function listener(profile: Seccomp, faults: Fault[]): boolean {
  const { defaultAction, syscalls = [], listenerPath = '', listenerMetadata = '' } = profile
  const first = syscalls.findIndex(({ action }) => action === 'SCMP_ACT_NOTIFY')
  if (defaultAction === 'SCMP_ACT_NOTIFY') {
    faults.push({
      pointer: at('defaultAction'),
      message: 'SCMP_ACT_NOTIFY cannot be for all calls: write is one of them',
    })
  }
  if (first >= 0 && listenerPath === '') {
    faults.push({ pointer: at('syscalls', first, 'action'), message: 'SCMP_ACT_NOTIFY needs a listenerPath' })
  }
  if (listenerMetadata !== '' && listenerPath === '') {
    faults.push({ pointer: at('listenerMetadata'), message: 'is for a listener, and there is no listenerPath' })
  }
  return first >= 0
}

// The filter selects by architecture, then by number. It is written from its end, so the last architecture comes first.
function assemble(written: Sheet, machines: readonly Architecture[]): Program {
  const { verdicts } = written
  const newer = isPermissive(verdicts[0] as Verdict) ? undefined : leafOf(verdicts, ERRNO_ENOSYS)
  const strangers = { bad: leafOf(verdicts, KILL_THREAD), newer }
  const p = program(machines[0]?.bigEndian === true)
  const labels = byAudit(machines.map((one) => view(written, one))).map(([audit, group]) => {
    const own = syscallRanges(group, strangers)
    const label = tree(p, own, verdicts)
    return { audit, label: own.starts.length > 1 ? load(p, NR) : label }
  })
  let next = ret(p, KILL_THREAD)
  for (const { audit, label } of labels) next = jump(p, JEQ, audit, label, next)
  load(p, ARCH)
  return p
}

// struct seccomp_data (linux/seccomp.h).
const NR = 0
const ARCH = 4

// By what the kernel calls their architecture, the last first.
function byAudit(views: readonly View[]): readonly (readonly [number, readonly View[]])[] {
  const groups = new Map<number, View[]>()
  for (const one of views) {
    const { audit } = one.architecture
    const group = groups.get(audit)
    if (group === undefined) groups.set(audit, [one])
    else group.push(one)
  }
  return [...groups].reverse()
}
