import { isFailure, SpecFailure, warnOf } from '../failure.ts'
import type { Request } from '../plan/host.ts'
import { unknown } from '../spec/faults.ts'
import { limits } from '../spec/limits.ts'
import type { Fault } from '../spec/pointer.ts'
import { type Bundle, bundlePath, configText, loadBundle } from './bundle.ts'
import { planOf } from './create.ts'
import type { Runtime } from './runtime.ts'

/**
 * All faults of a bundle's config.json. `runtime.warn` receives what is ignored or not applied as it is written, unknown names, and what
 * `create` would refuse on this machine, as it may be right on another.
 */
export function validate(runtime: Runtime, request: Request): readonly Fault[] {
  const { text } = configText(runtime, bundlePath(runtime.native, request.bundle))
  warnOf(runtime.warn, unknown(text), 'names that nobody knows')
  try {
    const bundle = loadBundle(runtime, request.bundle)
    const faults = limits(bundle.spec)
    if (faults.length === 0) planned(runtime, bundle, request)
    return faults
  } catch (failure) {
    if (failure instanceof SpecFailure) return failure.faults
    throw failure
  }
}

// This gives the planners' warnings, too.
function planned(runtime: Runtime, bundle: Bundle, request: Request): void {
  try {
    planOf(runtime, bundle, { id: 'ID', request })
  } catch (failure) {
    if (!isFailure(failure)) throw failure
    if (!('faults' in failure)) {
      runtime.warn(failure)
      return
    }
    const refused = (message: string) => `create refuses it on this machine: ${message}`
    const faults = failure.faults.map(({ pointer, message }) => ({ pointer, message: refused(message) }))
    warnOf(runtime.warn, faults, 'that create refuses on this machine')
  }
}
