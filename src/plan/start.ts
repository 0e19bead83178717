import type { Step } from '../step/step.ts'
import { laterHooks } from './hooks.ts'
import { agentOfStart } from './seccomp.ts'
import { lockState, type State } from './state.ts'

/** Tells the waiting init to go on. */
export function* startSteps(state: State): Generator<Step> {
  // Of several starts at once only one succeeds; for the others nobody listens on the socket any more.
  yield lockState(state)
  yield* agentOfStart(state.agent, { ...state, pid: `${state.pid}` })
  yield { op: 'start', actor: 'parent', pointer: '', name: 'start', pid: state.pid, start_time: state.startTime }
  yield { op: 'unlink', actor: 'parent', pointer: '', name: 'start' }
}

/** Run when the process runs, without the lock, so that others can kill and delete the container meanwhile. If one fails, the container goes. */
export function* poststart(state: State): Generator<Step> {
  yield* laterHooks(state.hooks?.poststart ?? [], 'poststart', { ...state, pid: `${state.pid}` })
}
