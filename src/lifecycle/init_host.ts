import type { UsageError } from '../failure.ts'
import { observe } from '../machine/observe.ts'
import type { Host } from '../plan/host.ts'
import { existing } from './container.ts'
import type { Runtime } from './runtime.ts'

/**
 * The machine, with the cgroups of the container's init as the own ones. The init may end between two looks at it, and its folder in /proc goes with
 * it: then it throws what `stopped` makes of the id.
 */
export function initHost(
  runtime: Runtime,
  { id, pid }: { readonly id: string; readonly pid: number },
  stopped: (id: string) => UsageError,
): Host {
  try {
    return observe(runtime.native, pid)
  } catch (failure) {
    throw existing(runtime, id).status === 'stopped' ? stopped(id) : failure
  }
}
