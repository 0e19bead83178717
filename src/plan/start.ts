import type { Step } from '../step/step.ts'
import { laterHooks } from './hooks.ts'
import { hearReady, untilReady } from './notify.ts'
import { agentOfStart } from './seccomp.ts'
import { lockState, type State } from './state.ts'

/** Tells the waiting init to go on. `notifySocket`: of the service manager that is to hear when the process is ready. */
export function* startSteps(state: State, notifySocket?: string): Generator<Step> {
  // Of several starts at once only one succeeds; for the others nobody listens on the socket any more.
  yield lockState(state)
  yield* hearReady(notifySocket)
  yield* agentOfStart(state.agent, { ...state, pid: `${state.pid}` })
  yield { op: 'start', actor: 'parent', pointer: '', name: 'start', pid: state.pid, start_time: state.startTime }
  yield { op: 'unlink', actor: 'parent', pointer: '', name: 'start' }
}

/** When the process runs: without the lock, so that others can kill and delete the container meanwhile. If a hook fails, the container goes. */
export function* afterStart(state: State, notifySocket?: string): Generator<Step> {
  const hooks = [...laterHooks(state.hooks?.poststart ?? [], 'poststart', { ...state, pid: `${state.pid}` })]
  if (hooks.length > 0 || notifySocket !== undefined) yield { op: 'unlock', actor: 'parent', pointer: '' }
  yield* hooks
  yield* untilReady(notifySocket, state)
}
