import type { Step } from '../step/step.ts'
import { laterHooks } from './hooks.ts'
import { agentOfStart } from './seccomp.ts'
import { lockState, type State } from './state.ts'

/** Lets the waiting init go on. */
export function* startSteps(state: State): Generator<Step> {
  // Of several at once one wins; the others find nobody at the socket.
  yield lockState(state)
  yield* agentOfStart(state.agent, { ...state, pid: `${state.pid}` })
  yield { op: 'start', actor: 'parent', pointer: '', name: 'start', pid: state.pid, start_time: state.startTime }
  yield { op: 'unlink', actor: 'parent', pointer: '', name: 'start' }
}

/** Once the process runs, and without the lock, as others may kill and delete the container meanwhile. If one fails, it must go. */
export function* poststart(state: State): Generator<Step> {
  yield* laterHooks(state.hooks?.poststart ?? [], 'poststart', { ...state, pid: `${state.pid}` })
}
