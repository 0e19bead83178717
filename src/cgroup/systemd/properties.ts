import type { Fault } from '../../spec/pointer.ts'
import type { Cpu, Resources } from '../../spec/resources.ts'
import { deviceRules } from '../device_rules.ts'
import type { Integer } from '../resources/amount.ts'
import { ioWeight } from '../resources/block_io.ts'
import { cpuWeight } from '../resources/cpu_weight.ts'
import { swapV2 } from '../resources/memory.ts'
import type { Version } from '../resources/write.ts'
import { bitsOf } from './bits.ts'
import { cpuQuota, infinity } from './cpu_quota.ts'
import { deviceList, devicePath } from './device_list.ts'
import { unifiedProperties } from './unified_properties.ts'
import type { Unit } from './unit.ts'
import { type Property, type Value, variant } from './value.ts'

/** The systemd manager: its version (252), and the version of the cgroups in which it sets limits. */
export type Manager = { readonly systemd: number; readonly version: Version }

/**
 * The properties of a container's unit other than limits. A scope gets the process `pid` at once, as systemd makes no scope without a
 * process.
 */
export function* unitProperties(unit: Unit, { version }: Manager, pid: number): Generator<Property> {
  yield { name: 'Description', value: variant('s', `ocits container ${unit.name}`) }
  if (unit.kind === 'slice') {
    yield { name: 'Wants', value: variant('as', [unit.parent]) }
  } else {
    yield { name: 'Slice', value: variant('s', unit.parent) }
    // The cgroups below belong to the container, and systemd leaves them alone.
    yield flag('Delegate', true)
    yield { name: 'PIDs', value: variant('au', [pid]) }
  }
  // A controller that is enabled later would not count what is in use by then.
  yield flag('MemoryAccounting', true)
  yield flag('CPUAccounting', true)
  yield flag(version === 1 ? 'BlockIOAccounting' : 'IOAccounting', true)
  yield flag('TasksAccounting', true)
  // The unit takes no part in the order of shutdown: engines stop their containers themselves.
  yield flag('DefaultDependencies', false)
}

/**
 * Limits that systemd knows (systemd.resource-control(5), org.freedesktop.systemd1(5)). They are written to the cgroup as well: systemd must
 * know them, or it would reset them when it is reloaded. Of two properties with the same name the last one counts.
 */
export function* resourceProperties(resources: Resources, manager: Manager): Generator<Property | Fault> {
  yield* devices(resources, manager)
  const found = new Map<string, Property>()
  for (const each of all(resources, manager)) {
    if ('name' in each) found.set(each.name, each)
    else yield each
  }
  yield* found.values()
}

function* all(resources: Resources, manager: Manager): Generator<Property | Fault> {
  yield* manager.version === 1 ? v1(resources) : v2(resources)
  const { cpu = {}, pids } = resources
  yield* cpuQuota(cpu, manager.systemd)
  yield* weight(cpu, manager)
  yield* cpuset(cpu, manager)
  if (pids?.limit !== undefined) yield amount('TasksMax', pids.limit === 0 ? 1 : pids.limit)
  if (manager.version === 2) yield* unifiedProperties(resources, manager.systemd)
}

function* v1({ memory, blockIO }: Resources): Generator<Property> {
  if ((memory?.limit ?? 0) !== 0) yield amount('MemoryLimit', memory?.limit ?? 0)
  if ((blockIO?.weight ?? 0) !== 0) yield amount('BlockIOWeight', blockIO?.weight ?? 0)
}

function* v2({ memory = {}, blockIO }: Resources): Generator<Property> {
  const { limit = 0, reservation = 0 } = memory
  if (limit !== 0) yield amount('MemoryMax', limit)
  if (reservation !== 0) yield amount('MemoryLow', reservation)
  const swap = swapV2(memory, { version: 2, now: () => undefined })
  if (swap !== undefined) yield amount('MemorySwapMax', swap === 'max' ? -1 : BigInt(swap))
  if ((blockIO?.weight ?? 0) !== 0) yield amount('IOWeight', ioWeight(blockIO?.weight ?? 0))
}

// Since systemd 252 a weight of 0 means idle.
function* weight({ shares = 0, idle }: Cpu, { systemd, version }: Manager): Generator<Property> {
  if (version === 1) {
    if (shares !== 0 && idle !== 1) yield amount('CPUShares', shares)
  } else if (idle === 1) {
    if (systemd >= 252) yield amount('CPUWeight', 0)
  } else if (shares !== 0) {
    yield amount('CPUWeight', cpuWeight(shares))
  }
}

function* cpuset(cpu: Cpu, { systemd }: Manager): Generator<Property | Fault> {
  if (systemd < 244) return
  for (const [key, name] of [
    ['cpus', 'AllowedCPUs'],
    ['mems', 'AllowedMemoryNodes'],
  ] as const) {
    const list = cpu[key] ?? ''
    if (list === '') continue
    const bytes = bitsOf(list)
    if (bytes !== undefined) yield { name, value: variant('ay', bytes) }
    else yield { pointer: `/linux/resources/cpu/${key}`, message: 'not a list of numbers, such as 0-3,7' }
  }
}

// systemd adds to the list what is given; only an empty list clears it.
function* devices(resources: Resources, { version }: Manager): Generator<Property | Fault> {
  const { all, allowed, loose } = deviceList(deviceRules(resources.devices ?? []))
  if (version === 1) {
    for (const { pointer } of loose)
      yield {
        pointer,
        message: 'systemd cannot apply this rule on cgroup v1, where it has only a list of allowed devices',
      }
  }
  yield { name: 'DevicePolicy', value: variant('s', all ? 'auto' : 'strict') }
  const entries: readonly Value[] = allowed.map((each) => [devicePath(each), each.access])
  yield { name: 'DeviceAllow', value: variant('a(ss)', []) }
  if (!all) yield { name: 'DeviceAllow', value: variant('a(ss)', entries) }
}

function amount(name: string, value: Integer): Property {
  return { name, value: variant('t', value < 0 ? infinity : value) }
}

function flag(name: string, value: boolean): Property {
  return { name, value: variant('b', value) }
}
