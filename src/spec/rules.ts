import type { Fault } from './pointer.ts'
import { annotations } from './rules/annotations.ts'
import { linux } from './rules/linux.ts'
import { mounts } from './rules/mounts.ts'
import { namespaces } from './rules/namespaces.ts'
import { ids, process } from './rules/process.ts'
import { resources } from './rules/resources.ts'
import { intelRdt, memoryPolicy, personality, scheduling } from './rules/scheduling.ts'
import { seccomp } from './rules/seccomp.ts'
import { strings } from './rules/strings.ts'
import { sysctls } from './rules/sysctl.ts'
import { hooks, top } from './rules/top.ts'
import type { Spec } from './spec.ts'

/** What rules find: faults, and what is passed over or not taken as it stands. */
export type Findings = { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }

/**
 * Every rule of a config.json that its schema cannot say and that needs no look at the machine. `text` is what the spec was
 * parsed from: it tells cheaply that no string holds an escape.
 */
export function rules(spec: Spec, text: string): Findings {
  const faults: Fault[] = []
  const warnings: Fault[] = []
  // Reported, not yielded: QuickJS takes longer for a generator than for most of these rules.
  const report = (pointer: string, message: string) => faults.push({ pointer, message })
  const warn = (pointer: string, message: string) => warnings.push({ pointer, message })
  top(spec, report, warn)
  annotations(spec, report)
  process(spec, report, warn)
  scheduling(spec, report)
  mounts(spec, report, warn)
  hooks(spec, report)
  namespaces(spec, report, warn)
  ids(spec, report)
  linux(spec, report, warn)
  sysctls(spec, report, warn)
  resources(spec, report)
  seccomp(spec, report)
  intelRdt(spec, report)
  memoryPolicy(spec, report)
  personality(spec, report)
  // NUL and halves of surrogate pairs get through JSON only as \u escapes.
  if (text.includes('\\u')) strings(spec, report)
  return { faults, warnings }
}
