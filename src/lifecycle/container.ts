import { UsageError } from '../failure.ts'
import { checkId } from '../machine/id.ts'
import { type Container, checkOurs, type InitSign, look } from '../machine/store.ts'
import type { State } from '../plan/state.ts'
import type { Runtime } from './runtime.ts'

/** The container with an id; throws a UsageError if there is none. `waiting`: as `look` has it. */
export function existing({ native, root }: Runtime, id: string, waiting?: InitSign): Container {
  checkId(id)
  checkOurs(native, root)
  const container = look(native, root, id, waiting)
  if (container === undefined) throw new UsageError('MISSING', `container does not exist: ${id}`, id)
  return container
}

/** A file of its state folder cannot be understood. */
export const corruptFile = (path: string, id: string): UsageError =>
  new UsageError('CORRUPT', `${path} is corrupt; \`ocits delete --force ${id}\` removes what is left`, id)

/** Its state.json; throws a UsageError if it is missing or corrupt. */
export function stateOf(container: Container): State {
  const { id, status, state, corrupt } = container
  if (state !== undefined) return state
  if (corrupt !== undefined) throw corruptFile(corrupt, id)
  const why = status === 'creating' ? 'container is being created' : 'container was never created completely'
  throw new UsageError('STATUS', `${why}: ${id}`, id)
}
