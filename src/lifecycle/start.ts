import { UsageError } from '../failure.ts'
import { ECONNREFUSED, ENOENT } from '../kernel/errnos.ts'
import { removeSteps } from '../plan/delete.ts'
import { poststart, startSteps } from '../plan/start.ts'
import type { State } from '../plan/state.ts'
import type { Outcome } from '../program/outcome.ts'
import { existing, stateOf } from './container.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure, wasGone } from './execute.ts'
import type { Runtime } from './runtime.ts'

/** `start`: returns once the program has been executed and the poststart hooks have run. */
export const start = (runtime: Runtime, id: string): Effects<void> => forContainer(id, started(runtime, id))

function* started(runtime: Runtime, id: string): Effects<void> {
  const container = existing(runtime, id)
  const state = stateOf(container)
  if (container.status !== 'created')
    throw new UsageError('STATUS', `cannot start ${refusals[container.status]}: ${id}`, id)
  // runtime.md, Start: it is an error to start a container without a process.
  if (state.last.some(([, op]) => op === 'exit'))
    throw new UsageError('STATUS', `cannot start a container whose config has no process: ${id}`, id)
  const steps = [...startSteps(state)]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined) return yield* afterwards(runtime, state)
  if (outcome.afterStart) throw ofInit(runtime, state, outcome)
  const step = steps[outcome.index]
  // Another start, or a delete, came first.
  const lost = (step?.op === 'start' && isNobody(outcome.errno)) || wasGone(steps, outcome)
  if (lost) throw new UsageError('STATUS', `cannot start ${refusals[existing(runtime, id).status]}: ${id}`)
  throw stepFailure(runtime, steps, outcome)
}

// runtime.md, since 1.3: when a poststart hook fails, the container is stopped and removed.
function* afterwards(runtime: Runtime, state: State): Effects<void> {
  const steps = [...poststart(state)]
  if (steps.length === 0) return
  const outcome = yield* execute(runtime, state.id, { steps })
  if (outcome.index === undefined) return
  const failure = stepFailure(runtime, steps, outcome)
  yield* execute(runtime, state.id, { steps: [...removeSteps(state, true)] })
  throw failure
}

const isNobody = (errno: number) => errno === ENOENT || errno === ECONNREFUSED

const refusals = {
  created: 'a container that has taken the place of another',
  creating: 'a container that is being created',
  running: 'an already running container',
  paused: 'a container in the paused state',
  stopped: 'a container that has stopped',
} as const

// The index is that of a step of the program that created the container; state.json has its description.
function ofInit(runtime: Runtime, { last }: State, outcome: Outcome): Error {
  const [index, op, pointer, what] = last.find(([each]) => each === outcome.index) ?? [
    outcome.index ?? 0,
    'exec',
    '',
    '',
  ]
  return runtime.cold().stepError({ index, op, pointer, line: what, program: what }, outcome)
}
