import { rlimitNumbers } from '../kernel/rlimits.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/**
 * By the init on itself; with a user namespace by the parent, as from inside no hard limit can be raised. Late in either case:
 * a low limit would hit the init's own work.
 */
export function* rlimits({ spec, own }: Context, actor: 'parent' | 'init'): Generator<Step> {
  if ((own.user === undefined ? 'init' : 'parent') !== actor) return
  const limits = spec.process?.rlimits ?? []
  for (let i = 0; i < limits.length; i++) {
    const { type = '', soft = 0, hard = 0 } = limits[i] ?? {}
    const pointer = `/process/rlimits/${i}`
    yield { op: 'prlimit', actor, pointer, resource: rlimitNumbers[type] ?? 0, soft, hard }
  }
}
