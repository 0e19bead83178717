import type { Step } from '../step/step.ts'
import type { State } from './state.ts'

const SIGKILL = 9

/** A signal to the init, or with `all` to every process of the container. */
export function* kill(state: State, signal: number, all: boolean): Generator<Step> {
  const { pid, startTime, cgroups, diesWithInit } = state
  const every = all || (signal === SIGKILL && !diesWithInit)
  const dir = cgroups.at(-1)
  if (every && dir !== undefined) yield { op: 'signal_all', hand: 'parent', from: '', dirs: [dir], signal }
  else yield { op: 'signal', hand: 'parent', from: '', pid, start_time: startTime, signal, lenient: false }
}
