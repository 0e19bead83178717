import { placeOf, SpecFailure, UsageError } from '../failure.ts'
import type { Request } from '../plan/host.ts'
import { type Segment, type Side, segments } from '../program/differences.ts'
import { type Bundle, readBundle } from './bundle.ts'
import { existing, stateOf } from './container.ts'
import { planOf } from './create.ts'
import { recordedConfig } from './recorded_config.ts'
import { requestOf } from './request.ts'
import type { Runtime } from './runtime.ts'

/** What both are planned with. */
export type PlanOptions = Partial<Pick<Request, 'noPivot' | 'noNewKeyring' | 'consoleSocket'>>

/**
 * Compares what two bundles or containers do on this machine: `a` and `b` are folders or ids. Of a container it is the config that it was
 * created of, and its keyring. What `run` would do is compared, as it is the most: poststart hooks, and the end. Warnings of either are
 * left to `validate`. Throws a UsageError if one is neither, and a SpecFailure for a config with faults.
 */
export function compare(
  runtime: Runtime,
  [a, b]: readonly [a: string, b: string],
  asked: PlanOptions = {},
): readonly Segment[] {
  const silent: Runtime = Object.create(runtime, { warn: { value: () => undefined } })
  const found = [a, b].map((name) => named(name, () => subjectOf(silent, name)))
  // A config without a process can be created alone.
  const runs = found.every(({ bundle }) => (bundle.spec.process?.args ?? []).length > 0)
  const side = (name: string, { bundle, noNewKeyring }: Subject): Side => {
    const options = { ...asked, ...(noNewKeyring ? { noNewKeyring } : {}) }
    const request = requestOf({ ...options, bundle: bundle.path, mode: runs ? 'run' : 'create' })
    const steps = named(name, () => planOf(silent, bundle, { id: 'ID', request }))
    return { steps, spec: bundle.spec, bundle: bundle.path }
  }
  return segments(side(a, found[0] as Subject), side(b, found[1] as Subject))
}

type Subject = { readonly bundle: Bundle; readonly noNewKeyring: boolean }

/** A container goes before a folder of the same name, which `./NAME` means. */
function subjectOf(runtime: Runtime, name: string): Subject {
  const container = containerOf(runtime, name)
  if (container === undefined) return { bundle: bundleOf(runtime, name), noNewKeyring: false }
  const state = stateOf(container)
  const bundle = { path: state.bundle, ...recordedConfig(runtime, state) }
  return { bundle, noNewKeyring: state.noNewKeyring === true }
}

function containerOf(runtime: Runtime, name: string): ReturnType<typeof existing> | undefined {
  try {
    return existing(runtime, name)
  } catch (failure) {
    if (!(failure instanceof UsageError)) throw failure
    if (failure.code === 'ID' || failure.code === 'MISSING') return undefined
    // A user without a folder of state has no container.
    if (failure.code === 'ROOT' && typeof runtime.native.real(name) === 'string') return undefined
    throw failure
  }
}

// Its root file system may be missing: nothing is made of it.
function bundleOf(runtime: Runtime, name: string): Bundle {
  if (typeof runtime.native.real(name) !== 'string')
    throw new UsageError('BUNDLE', `${name} is neither the id of a container nor the folder of a bundle`)
  return readBundle(runtime, name)
}

/** The faults of a config say whose they are. */
function named<R>(name: string, work: () => R): R {
  try {
    return work()
  } catch (failure) {
    if (!(failure instanceof SpecFailure)) throw failure
    const place = (pointer: string) => `${placeOf(pointer)} of ${name}`
    throw new SpecFailure(failure.faults.map(({ pointer, message }) => ({ pointer: place(pointer), message })))
  }
}
