import { UsageError } from '../failure.ts'
import { allIds, look } from '../machine/store.ts'
import type { Runtime } from './runtime.ts'
import { type StateOutput, stateOutput } from './state_output.ts'

/** All containers, sorted by id. One that goes meanwhile is left out; so is one whose state is corrupt, with a warning. */
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
