import { namespaces as kinds } from '../kernel/namespaces.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Host } from './host.ts'
import type { State } from './state.ts'

function isShared({ pid }: State, host: Host, type: NamespaceType): boolean {
  return host.isOwn(type, `/proc/${pid}/ns/${kinds[type].file.replace('_for_children', '')}`)
}

/**
 * Flags of every namespace in which the init of a container is and the caller is not: also of the host's, as the caller may have left one of
 * those.
 */
export function joined(state: State, host: Host): number {
  let types = 0
  for (const type of Object.keys(kinds) as NamespaceType[]) if (!isShared(state, host, type)) types |= kinds[type].flag
  return types
}
