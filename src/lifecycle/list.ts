import { UsageError } from '../failure.ts'
import { allIds, look } from '../machine/store.ts'
import type { Runtime } from './runtime.ts'
import { type StateOutput, stateOutput } from './state_output.ts'

/** Every container, by id. One that vanishes meanwhile is left out; one whose state is corrupt is warned of and left out. */
export function list(runtime: Runtime): StateOutput[] {
  const { native, root } = runtime
  const found: StateOutput[] = []
  for (const id of allIds(native, root)) {
    const container = look(native, root, id)
    if (container?.corrupt !== undefined) runtime.warn(new UsageError('CORRUPT', `${container.corrupt} is corrupt`, id))
    else if (container !== undefined) found.push(stateOutput(native, container))
  }
  return found
}
