import { about, UsageError } from '../failure.ts'
import { ECONNREFUSED, ENOENT } from '../kernel/errnos.ts'
import { removeSteps } from '../plan/delete.ts'
import { hasNotify } from '../plan/notify.ts'
import { afterStart, startSteps } from '../plan/start.ts'
import type { State } from '../plan/state.ts'
import type { Outcome } from '../program/outcome.ts'
import { existing, stateOf } from './container.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure, wasGone } from './execute.ts'
import type { Runtime } from './runtime.ts'

/**
 * `start`: returns once the program has been executed and the poststart hooks have run. `notifySocket`: of the service manager that is to hear
 * when the process is ready; then it returns when that one has heard it, or when the process has ended.
 */
export const start = (runtime: Runtime, id: string, notifySocket?: string): Effects<void> =>
  forContainer(id, started(runtime, id, notifySocket))

function* started(runtime: Runtime, id: string, notifySocket: string | undefined): Effects<void> {
  const container = existing(runtime, id, 'seen') // whether the init listens, the step `start` finds out
  const state = stateOf(container)
  if (container.status !== 'created')
    throw new UsageError('STATUS', `cannot start ${refusals[container.status]}: ${id}`, id)
  // runtime.md, Start: it is an error to start a container without a process.
  if (state.last.some(([, op]) => op === 'exit'))
    throw new UsageError('STATUS', `cannot start a container whose config has no process: ${id}`, id)
  const heard = hearing(runtime, id, notifySocket)
  const steps = [...startSteps(state, heard), ...afterStart(state, heard)]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined) return
  if (outcome.afterStart) throw ofInit(runtime, state, outcome)
  const step = steps[outcome.index]
  // runtime.md, since 1.3: when a poststart hook fails, the container is stopped and removed.
  if (step?.op === 'hook') yield* removed(runtime, id, state)
  // Another start, or a delete, came first.
  const lost = (step?.op === 'start' && isNobody(outcome.errno)) || wasGone(steps, outcome)
  if (lost) throw new UsageError('STATUS', `cannot start ${refusals[existing(runtime, id).status]}: ${id}`)
  throw stepFailure(runtime, steps, outcome)
}

/** The hook's failure is the error; what stays of the container beside it is a warning. */
function* removed(runtime: Runtime, id: string, state: State): Effects<void> {
  const steps = [...removeSteps(state, true)]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined || wasGone(steps, outcome)) return
  const failure = stepFailure(runtime, steps, outcome)
  runtime.warn(about(new UsageError('SYSTEM', `the container is not removed: ${failure.message}`), id))
}

// The process of a container that was made without such a socket has nothing to write to.
function hearing({ native, root, warn }: Runtime, id: string, notifySocket: string | undefined): string | undefined {
  if (notifySocket === undefined) return undefined
  const names = native.list(`${root}/${id}`)
  if (typeof names !== 'number' && hasNotify(names.split('\0'))) return notifySocket
  const words = 'NOTIFY_SOCKET is set, but the container was created without it: nothing tells when it is ready'
  warn(about(new UsageError('ARGUMENT', words), id))
  return undefined
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
