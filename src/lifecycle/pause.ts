import { UsageError } from '../failure.ts'
import type { Status } from '../machine/store.ts'
import { type Freezer, freezerOf, pauseSteps, resumeSteps } from '../plan/freezer.ts'
import type { State } from '../plan/state.ts'
import type { Step } from '../step/step.ts'
import { existing, stateOf } from './container.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, hasGone, stepFailure } from './execute.ts'
import type { Runtime } from './runtime.ts'

/** `pause`: freezes all processes of a created or running container, and returns when all of them have stopped. */
export const pause = (runtime: Runtime, id: string): Effects<void> =>
  forContainer(
    id,
    moved(runtime, id, {
      from: ['created', 'running'],
      otherwise: (status) => `container not running: ${id}: it is ${status}`,
      plan: pauseSteps,
    }),
  )

/** `resume`: lets a paused container go on. */
export const resume = (runtime: Runtime, id: string): Effects<void> =>
  forContainer(
    id,
    moved(runtime, id, {
      from: ['paused'],
      otherwise: (status) => `container not paused: ${id}: it is ${status}`,
      plan: resumeSteps,
    }),
  )

type Move = {
  readonly from: readonly Status[]
  /** The error for a container with another status. */
  readonly otherwise: (status: Status) => string
  readonly plan: (state: State, freezer: Freezer) => Iterable<Step>
}

function* moved(runtime: Runtime, id: string, { from, otherwise, plan }: Move): Effects<void> {
  const container = existing(runtime, id)
  const state = stateOf(container)
  if (!from.includes(container.status)) throw new UsageError('STATUS', otherwise(container.status), id)
  const freezer = freezerOf(state)
  if (freezer === undefined) throw new UsageError('STATUS', `cannot freeze container ${id}: ${why(state)}`, id)
  const steps = [...plan(state, freezer)]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined) return
  // The container has ended meanwhile, and somebody has deleted it.
  if (hasGone(outcome)) throw new UsageError('STATUS', `container not running: ${id}`, id)
  throw stepFailure(runtime, steps, outcome)
}

function why({ cgroups, freezer }: State): string {
  if (freezer !== undefined)
    return `its cgroup ${freezer} was there before it, and may hold processes that are not its own`
  return cgroups.length === 0
    ? 'it has no cgroup: its user is not root and has no delegated one, or it was made with --cgroup-manager disabled'
    : 'the freezer hierarchy is not mounted'
}
