import { isFailure, SpecFailure, UsageError } from '../../failure.ts'
import { observe } from '../../machine/observe.ts'
import { checkOurs } from '../../machine/store.ts'
import type { Host, Request } from '../../plan/host.ts'
import type { Spec } from '../../spec/spec.ts'
import { type Bundle, readBundle } from '../bundle.ts'
import { planOf } from '../create.ts'
import type { Runtime } from '../runtime.ts'
import type { Finding, Patient } from './finding.ts'
import { kernel } from './kernel.ts'
import { ids, namespaceTypes } from './namespaces.ts'
import { cgroups, fileSystems } from './resources.ts'
import { programs, securityModules } from './security.ts'
import { steps } from './steps.ts'

/** What is looked at: this machine for a usual container, or for a bundle, with the request by which it is planned. */
export type Examined = { readonly spec: Spec } | { readonly request: Request }

/**
 * What this machine, its kernel and this user can do, and with a bundle each step of its plan that would fail here, as far as that can be told
 * without changing anything. Throws a UsageError where there is no bundle.
 */
export function diagnose(runtime: Runtime, asked: Examined): readonly Finding[] {
  const { native } = runtime
  const bundle = 'request' in asked ? opened(runtime, asked.request) : undefined
  if (bundle !== undefined && !('spec' in bundle)) return bundle
  const spec = 'spec' in asked ? asked.spec : (bundle as Bundle).spec
  let host: Host
  try {
    host = observe(native)
  } catch (failure) {
    return [unmet('/proc', failure, 'mount -t proc proc /proc')]
  }
  const patient: Patient = { native, host, spec }
  const found = [kernel, namespaceTypes, ids, cgroups, fileSystems, securityModules, programs].flatMap((look) => [
    ...look(patient),
  ])
  return [
    ...found,
    stateRoot(runtime),
    ...('request' in asked && bundle !== undefined
      ? planned(runtime, patient, { bundle, request: asked.request })
      : []),
  ]
}

// A config with faults has no plan.
function opened(runtime: Runtime, { bundle }: Request): Bundle | readonly Finding[] {
  try {
    return readBundle(runtime, bundle)
  } catch (failure) {
    return faults(failure)
  }
}

type Planned = { readonly bundle: Bundle; readonly request: Request }

function planned(runtime: Runtime, patient: Patient, { bundle, request }: Planned): readonly Finding[] {
  try {
    return [...steps(runtime, { ...patient, bundle }, planOf(runtime, bundle, { id: 'ID', request }))]
  } catch (failure) {
    return faults(failure)
  }
}

function faults(failure: unknown): readonly Finding[] {
  if (!(failure instanceof SpecFailure)) throw failure
  return failure.faults.map(({ pointer, message }) => ({
    state: 'missing',
    subject: 'config.json',
    detail: message,
    pointer,
  }))
}

// Where there is none yet it is made.
function stateRoot(runtime: Runtime): Finding {
  try {
    checkOurs(runtime.native, runtime.root)
    return { state: 'ok', subject: 'state', detail: runtime.root }
  } catch (failure) {
    return unmet('state', failure, undefined)
  }
}

function unmet(subject: string, failure: unknown, cure: string | undefined): Finding {
  if (!isFailure(failure) || !(failure instanceof UsageError)) throw failure
  return { state: 'missing', subject, detail: failure.message, ...(cure === undefined ? {} : { cure }) }
}
