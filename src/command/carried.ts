import { about } from '../failure.ts'
import type { Acts } from '../machine/carry.ts'
import { encode } from '../program/encode.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Step } from '../step/step.ts'
import type { Runtime } from './runtime.ts'

/** Has a plan for a container carried out. Lenient steps that failed are warned of; the outcome may still be a failure. */
export function* attempt(runtime: Runtime, id: string, plan: Planned): Acts<Outcome> {
  const { steps, fds = [] } = plan
  runtime.debug?.(runtime.cold().table(steps))
  const outcome: Outcome = yield { bytes: encode(steps, runtime.native.pack), root: runtime.root, id, fds }
  if (outcome.place === undefined || runtime.debug !== undefined)
    for (const note of outcome.notes)
      runtime.warn(about(runtime.cold().stepFailure(runtime.cold().told(steps, note.place), note), id))
  return outcome
}

/** The same, where a failure ends the command. Throws a StepFailure. */
export function* carried(runtime: Runtime, id: string, plan: Planned): Acts<Outcome> {
  const outcome = yield* attempt(runtime, id, plan)
  if (outcome.place !== undefined)
    throw runtime.cold().stepFailure(runtime.cold().told(plan.steps, outcome.place), outcome)
  return outcome
}

export type Planned = {
  readonly steps: readonly Step[]
  /** What becomes 0, 1, 2 … of the container's process. */
  readonly fds?: readonly number[]
}
