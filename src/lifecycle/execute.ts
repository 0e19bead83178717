import { about, type StepFailure } from '../failure.ts'
import { ENOENT, ESTALE } from '../kernel/errnos.ts'
import { encode } from '../program/encode.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Step } from '../step/step.ts'
import type { Effects } from './effects.ts'
import type { Runtime } from './runtime.ts'

export type Plan = {
  readonly steps: readonly Step[]
  /** What becomes 0, 1, 2 … of the container's process. */
  readonly fds?: readonly number[]
}

/** Executes a plan for a container. Lenient steps that fail become warnings; another step may have failed, as the outcome says. */
export function* execute(runtime: Runtime, id: string, plan: Plan): Effects<Outcome> {
  const { steps, fds = [] } = plan
  runtime.debug?.(runtime.cold().explain(steps))
  const outcome: Outcome = yield { bytes: encode(steps, runtime.native.pack), root: runtime.root, id, fds }
  if (outcome.index === undefined || runtime.debug !== undefined)
    for (const note of outcome.notes) runtime.warn(about(stepFailure(runtime, steps, note), id))
  return outcome
}

/** The same, where a failure ends the operation. Throws a StepFailure. */
export function* executeWhole(runtime: Runtime, id: string, plan: Plan): Effects<Outcome> {
  const outcome = yield* execute(runtime, id, plan)
  if (outcome.index !== undefined) throw stepFailure(runtime, plan.steps, outcome)
  return outcome
}

type Failed = Pick<Outcome, 'index' | 'errno' | 'detail'>

/** The error of the step of a plan that failed: the one at `failed.index`. */
export function stepFailure({ cold }: Runtime, steps: readonly Step[], failed: Failed): StepFailure {
  return cold().stepError(cold().describeStep(steps, failed.index ?? -1), failed)
}

/** Whether the error of a step means that the container has gone, or that a new one has its id. */
export const hasGone = ({ errno }: Failed): boolean => errno === ENOENT || errno === ESTALE

/** Whether it had gone before the plan took the lock. */
export const wasGone = (steps: readonly Step[], failed: Failed): boolean =>
  steps[failed.index ?? -1]?.op === 'lock' && hasGone(failed)
