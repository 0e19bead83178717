import { rlimitNumbers } from '../kernel/rlimits.ts'
import type { Rlimit } from '../spec/process.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/** So many open files the init needs itself, for its socket, its listener and the state of its hooks. */
const enough = 64

const isLate = ({ type, soft }: Rlimit): boolean => type === 'RLIMIT_NOFILE' && soft < enough

/**
 * The init sets its own; with a user namespace the parent does, as no process inside can raise a hard limit. This is a late step, because a
 * low limit would make steps of the init fail.
 */
export function* rlimits({ spec, own }: Context, actor: 'parent' | 'init'): Generator<Step> {
  if ((own.user === undefined ? 'init' : 'parent') !== actor) return
  const limits = spec.process?.rlimits ?? []
  for (let i = 0; i < limits.length; i++) {
    const limit = limits[i]
    if (limit === undefined) break
    if (!isLate(limit)) yield prlimit(limit, i, actor)
    else if (limit.hard >= enough) yield prlimit({ ...limit, soft: enough }, i, actor)
  }
}

/** A limit of open files that is too low for the init itself: the last that it does. Nobody needs a right to lower one. */
export function* lateRlimits({ spec }: Context): Generator<Step> {
  const limits = spec.process?.rlimits ?? []
  for (let i = 0; i < limits.length; i++) {
    const limit = limits[i]
    if (limit !== undefined && isLate(limit)) yield prlimit(limit, i, 'init')
  }
}

function prlimit({ type, soft, hard }: Rlimit, index: number, actor: 'parent' | 'init'): Step {
  const pointer = `/process/rlimits/${index}`
  return { op: 'prlimit', actor, pointer, resource: rlimitNumbers[type] ?? 0, soft, hard }
}
