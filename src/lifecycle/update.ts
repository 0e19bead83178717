import { SpecFailure, StepFailure, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { ENODEV, ENOENT } from '../kernel/errnos.ts'
import { observe } from '../machine/observe.ts'
import { type Update, updateSteps } from '../plan/update.ts'
import { parsedOrNothing } from '../spec/json.ts'
import { check } from '../spec/load.ts'
import type { Fault, Pointer } from '../spec/pointer.ts'
import type { Resources } from '../spec/resources.ts'
import type { Step } from '../step/step.ts'
import { existing, stateOf } from './container.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure, wasGone } from './execute.ts'
import type { Runtime } from './runtime.ts'

/** The new limits: `linux.resources` as JSON, and how messages name a field of it, by a flag or by a place in a file. */
export type Asked = {
  readonly text: string
  readonly schemata?: Update['schemata']
  readonly where: (pointer: Pointer) => string
}

/** `update`: changes limits of a container; those that are not named stay. If one change fails, all are taken back. */
export const update = (runtime: Runtime, id: string, asked: Asked): Effects<void> =>
  forContainer(id, updated(runtime, id, asked))

function* updated(runtime: Runtime, id: string, asked: Asked): Effects<void> {
  const container = existing(runtime, id)
  const state = stateOf(container)
  if (container.status === 'stopped') throw new UsageError('STATUS', `container not running: ${id}`, id)
  const { devices = [], ...resources } = resourcesOf(runtime, asked)
  if (devices.length > 0)
    runtime.warn(
      new UsageError('ARGUMENT', `${asked.where(`${field}/devices`)}: what devices it may use stays as it is`, id),
    )
  if (state.cgroups.length === 0)
    throw new UsageError('STATUS', `cannot update container ${id}: it has no cgroup whose limits could be changed`, id)
  const { v1, v2 } = observe(runtime.native)
  const read = (path: string) => contentOf(runtime, path)
  const { schemata = [] } = asked
  const steps = told(asked, () => [...updateSteps(state, { resources, schemata }, { v1, v2, read })])
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined) return
  if (wasGone(steps, outcome)) throw new UsageError('STATUS', `container not running: ${id}`, id)
  throw relocated(stepFailure(runtime, steps, outcome), asked)
}

const field = '/linux/resources'

// The same rules as for a config.json hold, so the resources are checked as a config that has nothing else.
function resourcesOf(runtime: Runtime, asked: Asked): Resources {
  const { text } = asked
  if (text.trim() === '') throw new UsageError('ARGUMENT', `${asked.where(field)}: it is empty`)
  const value = parsedOrNothing(text)
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value)))
    throw new UsageError('ARGUMENT', `${asked.where(field)}: expected an object with resources`)
  const config = `{"ociVersion":"1.3.0","root":{"path":"/"},"linux":{"resources":${text}}}`
  const checked = value === undefined ? undefined : check(config)
  if (checked !== undefined && 'spec' in checked) return checked.spec.linux?.resources ?? {}
  const faults = checked?.faults ?? runtime.cold().configFaults(value === undefined ? text : config)
  throw refused(asked, faults)
}

/** The faults of a plan as a failure, with the fields named as the caller named them. */
function told(asked: Asked, plan: () => readonly Step[]): readonly Step[] {
  try {
    return plan()
  } catch (failure) {
    throw failure instanceof SpecFailure ? refused(asked, failure.faults) : failure
  }
}

function refused({ where }: Asked, faults: readonly Fault[]): UsageError {
  return new UsageError('ARGUMENT', faults.map(({ pointer, message }) => `${where(pointer)}: ${message}`).join('; '))
}

function relocated(failure: StepFailure, { where }: Asked): StepFailure {
  const { pointer, message } = failure
  const head = `config.json#${pointer}: `
  return pointer !== '' && message.startsWith(head)
    ? new StepFailure(`${where(pointer)}: ${message.slice(head.length)}`, failure)
    : failure
}

// A file that is missing is no error here, as some kernels do not have it. If a file cannot be read, its old value could not be restored.
function contentOf({ native }: Runtime, path: string): string | undefined {
  const text = native.read(path, 1024 * 1024)
  if (typeof text === 'string') return text
  if (text === -ENOENT || text === -ENODEV) return undefined
  throw new UsageError('SYSTEM', `cannot read ${path}: ${errno(-text).text}`)
}
