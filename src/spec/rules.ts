import type { Fault } from './pointer.ts'
import { annotationRules } from './rules/annotations.ts'
import { linuxRules } from './rules/linux.ts'
import { mountRules } from './rules/mounts.ts'
import { namespaceRules } from './rules/namespaces.ts'
import { idRules, processRules } from './rules/process.ts'
import { resourceRules } from './rules/resources.ts'
import { intelRdtRules, memoryPolicyRules, personalityRules, schedulingRules } from './rules/scheduling.ts'
import { seccompRules } from './rules/seccomp.ts'
import { stringRules } from './rules/strings.ts'
import { sysctlRules } from './rules/sysctl.ts'
import { hookRules, topRules } from './rules/top.ts'
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
  topRules(spec, report, warn)
  annotationRules(spec, report)
  processRules(spec, report, warn)
  schedulingRules(spec, report)
  mountRules(spec, report, warn)
  hookRules(spec, report)
  namespaceRules(spec, report, warn)
  idRules(spec, report)
  linuxRules(spec, report, warn)
  sysctlRules(spec, report, warn)
  resourceRules(spec, report)
  seccompRules(spec, report)
  intelRdtRules(spec, report)
  memoryPolicyRules(spec, report)
  personalityRules(spec, report)
  // NUL and halves of surrogate pairs get through JSON only as \u escapes.
  if (text.includes('\\u')) stringRules(spec, report)
  return { faults, warnings }
}
