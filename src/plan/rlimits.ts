import { rlimitNumbers } from '../kernel/rlimits.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/**
 * The init sets its own; with a user namespace the parent does, as no process inside can raise a hard limit. This is a late step, because a
 * low limit would make steps of the init fail.
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
