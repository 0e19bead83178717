import type { Step } from '../step/step.ts'
import { lockState, type State } from './state.ts'

/** Records the ending of a container in its folder. */
export function* keepEnding(state: State, ending: object): Generator<Step> {
  yield lockState(state)
  const content = `${JSON.stringify(ending)}\n`
  yield { op: 'record', actor: 'parent', pointer: '', name: 'ending', mode: 0o600, content }
}
