import { SpecFailure, UsageError, warnOf } from '../failure.ts'
import { ESRCH } from '../kernel/errnos.ts'
import { planMountsAdd, planMountsRemove } from '../plan/live_mounts.ts'
import { parsedOrNothing } from '../spec/json.ts'
import { check } from '../spec/load.ts'
import type { Mount } from '../spec/mounts.ts'
import type { Fault, Pointer } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import { existing, stateOf } from './container.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, type Plan, stepFailure } from './execute.ts'
import { initHost } from './init_host.ts'
import { recordedConfig } from './recorded_config.ts'
import type { Runtime } from './runtime.ts'

/** `mounts add` and `mounts remove`: what the file says, as it was read. */
export type MountsChange = { readonly act: 'add' | 'remove'; readonly text: string }

/** Adds mounts to a container that is there, or removes some. If one cannot be added, those before it are unmounted again. */
export const changeMounts = (runtime: Runtime, id: string, plan: Plan): Effects<void> =>
  forContainer(id, changed(runtime, id, plan))

function* changed(runtime: Runtime, id: string, plan: Plan): Effects<void> {
  const { steps } = plan
  const outcome = yield* execute(runtime, id, plan)
  if (outcome.index === undefined) return
  const { op } = steps[outcome.index] ?? {}
  if (op === 'enter' && outcome.errno === ESRCH && existing(runtime, id).status === 'stopped') throw notRunning(id)
  if (runtime.debug === undefined) for (const note of outcome.notes) runtime.warn(stepFailure(runtime, steps, note)) // what could not be undone
  throw stepFailure(runtime, steps, outcome)
}

/** The plan for a container of this machine. */
export function mountsPlanOf(runtime: Runtime, id: string, change: MountsChange): readonly Step[] {
  const container = existing(runtime, id)
  const state = stateOf(container)
  if (container.status === 'stopped') throw notRunning(id)
  const { spec } = recordedConfig(runtime, state)
  const warnings: Fault[] = []
  try {
    const { mounts, warnings: found } = mountsOf(runtime, spec, change)
    warnings.push(...found)
    const { act } = change
    const plan = act === 'add' ? planMountsAdd : planMountsRemove
    const steps = plan(
      { spec: { ...spec, mounts: [...mounts] }, state },
      initHost(runtime, state, notRunning),
      (pointer, message) => warnings.push({ pointer, message }),
    )
    return steps.map((step) => ({ ...step, pointer: place(step.pointer) }))
  } catch (failure) {
    throw failure instanceof SpecFailure ? placed(failure.faults) : failure
  } finally {
    // What config.json has to be warned of, create has told.
    const own = warnings.filter(({ pointer }) => pointer.startsWith(field))
    const told = own.map(({ pointer, message }) => ({ pointer: place(pointer), message }))
    warnOf(runtime.warn, told, 'fields that are not taken as they stand')
  }
}

const notRunning = (id: string) => new UsageError('STATUS', `container not running: ${id}`, id)

const field = '/mounts'
const file = 'mounts.json'

const place = (pointer: Pointer): Pointer => {
  if (pointer === field) return file
  return pointer.startsWith(`${field}/`) ? `${file}#${pointer.slice(field.length)}` : pointer
}

const placed = (faults: readonly Fault[]) =>
  new SpecFailure(faults.map(({ pointer, message }) => ({ pointer: place(pointer), message })))

// The same rules hold as for the mounts of a config.json that is else that of the container.
function mountsOf(runtime: Runtime, { linux = {} }: Spec, { act, text }: MountsChange): Checked {
  const value = parsedOrNothing(text)
  if (value === undefined)
    throw new SpecFailure(
      runtime
        .cold()
        .configFaults(text)
        .map(({ message }) => ({ pointer: field, message })),
    )
  if (!Array.isArray(value)) throw new SpecFailure([{ pointer: field, message: 'expected a list of mounts' }])
  const { namespaces, uidMappings, gidMappings } = linux
  const around = JSON.stringify({ namespaces, uidMappings, gidMappings })
  const list = act === 'add' ? text : JSON.stringify(value.map(placeOf))
  const config = `{"ociVersion":"1.3.0","root":{"path":"/"},"linux":${around},"mounts":${list}}`
  const checked = check(config)
  if (checked !== undefined && 'spec' in checked)
    return { mounts: checked.spec.mounts ?? [], warnings: checked.warnings }
  const faults = checked?.faults ?? runtime.cold().configFaults(config)
  throw new SpecFailure(act === 'add' ? faults : faults.map(ofRemoval))
}

type Checked = { readonly mounts: readonly Mount[]; readonly warnings: readonly Fault[] }

/** What `remove` looks at: the place. Nobody has to say again what is mounted there. */
function placeOf(each: unknown): unknown {
  if (typeof each !== 'object' || each === null) return each
  const { destination, type } = each as Partial<Mount>
  return { destination, type: type === 'proc' ? type : 'tmpfs' }
}

const ofRemoval = ({ pointer, message }: Fault): Fault => ({
  pointer,
  message: message.replace('cannot be mounted', 'cannot be unmounted'),
})
