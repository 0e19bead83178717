import { UsageError, warnOf } from '../failure.ts'
import { EEXIST } from '../kernel/errnos.ts'
import { checkId } from '../machine/id.ts'
import { observe } from '../machine/observe.ts'
import { checkOurs } from '../machine/store.ts'
import type { Request } from '../plan/host.ts'
import { planRestore, type RestoreAsked } from '../plan/restore.ts'
import type { Outcome } from '../program/outcome.ts'
import { parsedOrNothing } from '../spec/json.ts'
import type { Fault, Report } from '../spec/pointer.ts'
import { loadBundle } from './bundle.ts'
import { cgroupMaker, checkTerminal } from './create.ts'
import { checkCriu, criuFailure } from './criu.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure } from './execute.ts'
import type { Runtime } from './runtime.ts'

export type RestoreInput = {
  readonly request: Request
  readonly asked: Omit<RestoreAsked, 'id' | 'place' | 'descriptors'>
  /** What becomes 0, 1 and 2 of the process. */
  readonly fds: readonly number[]
}

/** `restore`: CRIU makes the processes of a container of the files of a checkpoint. The outcome is that of `run`. */
export const restore = (runtime: Runtime, id: string, input: RestoreInput): Effects<Outcome> =>
  forContainer(id, restored(runtime, id, input))

function* restored(runtime: Runtime, id: string, { request, asked, fds }: RestoreInput): Effects<Outcome> {
  const { native, root } = runtime
  checkId(id)
  checkOurs(native, root)
  const bundle = loadBundle(runtime, request.bundle)
  checkTerminal(request, bundle.spec.process?.terminal === true)
  checkCriu(native, 'restore')
  const host = observe(native)
  const warnings: Fault[] = []
  const warn: Report = (pointer, message) => warnings.push({ pointer, message })
  const whole = { ...request, ...cgroupMaker(runtime, host, id), bundle: bundle.path, warn }
  const place = `${realOf(runtime, root)}/${id}`
  const more = { ...asked, id, place, descriptors: descriptorsOf(runtime, asked.images) }
  const steps = planRestore(bundle, host, { request: whole, asked: more })
  warnOf(runtime.warn, warnings, 'fields that are not taken as they stand here')
  const outcome = yield* execute(runtime, id, { steps, fds })
  if (outcome.index === undefined) return outcome
  if (steps[outcome.index]?.op === 'claim' && outcome.errno === EEXIST)
    throw new UsageError('EXISTS', `container with given ID already exists: ${id}`, id)
  if (steps[outcome.index]?.op === 'criu_ask') throw criuFailure(runtime, steps, { outcome, asked, verb: 'restore' })
  throw stepFailure(runtime, steps, outcome)
}

// CRIU looks for its root among the mounts, by the path without links. The folder of all state may be yet to be made.
function realOf({ native }: Runtime, path: string): string {
  const real = native.real(path)
  if (typeof real === 'string') return real === '/' ? '' : real
  const slash = path.lastIndexOf('/')
  return slash < 0 ? path : `${realOf({ native } as Runtime, path.slice(0, slash) || '/')}${path.slice(slash)}`
}

const limit = 65536

function descriptorsOf({ native }: Runtime, images: string): readonly string[] {
  const path = `${images}/descriptors.json`
  const text = native.read(path, limit)
  if (typeof text === 'number')
    throw new UsageError('ARGUMENT', `there is no checkpoint in ${images}: descriptors.json is missing`)
  const names = parsedOrNothing(text)
  // Of 0, 1 and 2: the descriptors that follow are ocits's own.
  if (Array.isArray(names) && names.length <= 3 && names.every((name) => typeof name === 'string')) return names
  throw new UsageError('ARGUMENT', `${path}: expected a list of at most three names`)
}
