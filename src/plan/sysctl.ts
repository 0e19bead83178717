import { at } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import { sysctlNames } from '../spec/sysctl.ts'
import type { Step } from '../step/step.ts'

/** Kernel settings, through the init's own procfs. */
export function* sysctl({ linux }: Spec): Generator<Step> {
  const settings = linux?.sysctl ?? {}
  for (const key of Object.keys(settings)) {
    const value = settings[key] ?? ''
    const path = `sys/${(sysctlNames(key) ?? [key]).join('/')}`
    yield { op: 'sysctl', actor: 'init', pointer: at('linux', 'sysctl', key), path, value }
  }
}
