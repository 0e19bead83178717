import { at } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import { sysctlNames } from '../spec/sysctl.ts'
import type { Step } from '../step/step.ts'

/** Kernel settings, written to a procfs of the init's own: the one in the container could be anything (CVE-2025-52881). */
export function* sysctl({ linux }: Spec): Generator<Step> {
  const settings = linux?.sysctl ?? {}
  let first = true
  for (const key of Object.keys(settings)) {
    const value = settings[key] ?? ''
    if (first) yield { op: 'procfs', hand: 'init', from: '/linux/sysctl' }
    first = false
    const path = `sys/${(sysctlNames(key) ?? [key]).join('/')}`
    yield { op: 'sysctl', hand: 'init', from: at('linux', 'sysctl', key), path, value }
  }
}
