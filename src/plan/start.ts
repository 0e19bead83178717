import type { Step } from '../step/step.ts'
import { laterHooks } from './hooks.ts'
import { agentOfStart } from './seccomp.ts'
import type { State } from './state.ts'

/** Lets the waiting init go on; once its process runs, the poststart hooks. If one of them fails, the container must go. */
export function* start(state: State): Generator<Step> {
  yield* agentOfStart(state.agent, { ...state, pid: `${state.pid}` })
  yield { op: 'start', hand: 'parent', from: '', name: 'start' }
  yield { op: 'forget', hand: 'parent', from: '', name: 'start' }
  yield* laterHooks(state.hooks?.poststart ?? [], 'poststart', { ...state, pid: `${state.pid}` })
}
