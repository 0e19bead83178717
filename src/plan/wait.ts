import type { Step } from '../step/step.ts'
import { markOf, type State } from './state.ts'

/** Writes how a container ended into its folder. */
export function* keepEnding(state: State, ending: object): Generator<Step> {
  yield { op: 'lock', actor: 'parent', pointer: '', name: 'state.json', mark: markOf(state) }
  const content = `${JSON.stringify(ending)}\n`
  yield { op: 'record', actor: 'parent', pointer: '', name: 'ending', mode: 0o600, content }
}
