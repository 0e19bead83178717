import type { Hierarchies } from '../cgroup/hierarchy.ts'
import { annotated } from '../cgroup/systemd/annotations.ts'
import {
  hello,
  matchJobs,
  resetFailedUnit,
  setUnitProperties,
  startTransientUnit,
  stopUnit,
} from '../cgroup/systemd/calls.ts'
import { encodeCall } from '../cgroup/systemd/message.ts'
import { type Manager, resourceProperties, unitProperties } from '../cgroup/systemd/properties.ts'
import { type Unit, unitOf } from '../cgroup/systemd/unit.ts'
import type { Property, Value } from '../cgroup/systemd/value.ts'
import { refuse, SpecFailure } from '../failure.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Resources } from '../spec/resources.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import type { Systemd } from './host.ts'

/** The time limit for systemd, in milliseconds. */
const timeout = 30_000

/** The oldest systemd that is supported: the first with AllowedCPUs, of 2019. */
const oldest = 244

/** The unit of the container, if systemd makes its cgroup. Throws SpecFailure if cgroupsPath names no unit. */
export function unitOfSpec(spec: Spec, { id, cgroup }: Systemd): Unit {
  const unit = unitOf(spec.linux?.cgroupsPath ?? '', { id, ofUser: cgroup !== '' })
  if ('message' in unit) throw new SpecFailure([unit])
  if (unit.kind === 'slice') refuse('/linux/cgroupsPath', 'a container is in a scope: a slice holds no processes')
  return unit
}

/** Asks systemd to make the unit, with the init in it. */
export function* unit(context: Context, dirs: readonly string[], made: readonly number[]): Generator<Step> {
  const { unit, request, spec } = context
  if (unit === undefined || request.cgroups === undefined || request.cgroups === 'disabled') return
  const pointer = spec.linux?.cgroupsPath === undefined || spec.linux.cgroupsPath === '' ? '' : '/linux/cgroupsPath'
  const properties = propertiesOf(context, unit)
  const start = encodeCall(startTransientUnit(unit.name, properties), 3)
  const common = {
    op: 'unit',
    actor: 'parent',
    pointer,
    properties: properties.filter(isPrinted).map(shown).join(' '),
  } as const
  yield { ...common, ...conversation(unit.name, request.cgroups), start, pid_at: placeOfPid(start), dirs, made }
}

type Named = { readonly name: string; readonly bus: string }

/** Asks systemd to stop what is left of a unit, of which `dir` is a cgroup. */
export function* stopUnitOf({ name, bus }: Named, dir: string, inode: number): Generator<Step> {
  yield { op: 'stop_unit', actor: 'parent', pointer: '', ...conversation(name, { bus }), dir, inode }
}

/** Tells systemd the new limits of the cgroup of a unit, or systemd would restore the old ones later. */
export function* updateUnit({ name, bus }: Named, resources: Resources, here: Hierarchies): Generator<Step> {
  const manager: Manager = { systemd: oldest, version: here.v1.length > 0 ? 1 : 2 }
  const found: Property[] = []
  const faults: Fault[] = []
  for (const each of resourceProperties(resources, manager)) {
    if ('message' in each) faults.push(each)
    else if (!each.name.startsWith('Device')) found.push(each)
  }
  if (faults.length > 0) throw new SpecFailure(faults)
  if (found.length === 0) return
  yield {
    ...{ op: 'set_unit', actor: 'parent', pointer: '', name, bus, timeout },
    properties: found.map(shown).join(' '),
    hello: encodeCall(hello, 1),
    call: encodeCall(setUnitProperties(name, found), 3),
  }
}

// Serial numbers only have to be different.
function conversation(name: string, { bus }: Pick<Systemd, 'bus'>) {
  const reset = encodeCall(resetFailedUnit(name), 4)
  const stop = encodeCall(stopUnit(name), 5)
  return { name, bus, hello: joined(encodeCall(hello, 1), encodeCall(matchJobs, 2)), reset, stop, timeout }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

// These bytes do not occur in UTF-8, and no property before PIDs is a number.
const noPid = 0xfffe_fdfc

function placeOfPid(message: Uint8Array): number {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  for (let at = 0; at + 4 <= message.length; at += 4) if (view.getUint32(at, true) === noPid) return at
  throw new Error('a unit without a process')
}

function propertiesOf({ spec, host }: Context, unit: Unit): readonly Property[] {
  const manager: Manager = { systemd: oldest, version: host.v1.length > 0 ? 1 : 2 }
  const found: Property[] = [...unitProperties(unit, manager, noPid)]
  const faults: Fault[] = []
  for (const each of [
    ...resourceProperties(spec.linux?.resources ?? {}, manager),
    ...annotated(spec.annotations ?? {}),
  ]) {
    if ('message' in each) faults.push(each)
    // Neither the systemd of a user nor ocits without privilege can restrict devices.
    else if (!host.rootless || !each.name.startsWith('Device')) found.push(each)
  }
  if (faults.length > 0) throw new SpecFailure(faults)
  return found
}

const isPrinted = ({ name }: Property) => name !== 'Description' && name !== 'PIDs'

const shown = ({ name, value }: Property) => `${name}=${words(value.value)}`

function words(value: Value): string {
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (Array.isArray(value)) return value.map(words).join(',')
  if (typeof value === 'object' && 'value' in value) return words(value.value)
  return value === 0xffff_ffff_ffff_ffffn ? 'infinity' : String(value)
}
