import { at, type Fault } from '../pointer.ts'
import type { BlockIO, DeviceCgroup, Resources } from '../resources.ts'
import type { Spec } from '../spec.ts'

export function* resources(spec: Spec): Generator<Fault> {
  const resources: Resources | undefined = spec.linux?.resources
  if (resources === undefined) return
  for (const [index, rule] of (resources.devices ?? []).entries()) yield* deviceRule(rule, index)
  const { memory, cpu, blockIO, unified } = resources
  if ((memory?.swappiness ?? 0) > 100) {
    yield { pointer: '/linux/resources/memory/swappiness', message: 'must be between 0 and 100' }
  }
  if (cpu?.idle !== undefined && cpu.idle !== 0 && cpu.idle !== 1) {
    yield { pointer: '/linux/resources/cpu/idle', message: 'must be 0 or 1' }
  }
  if (blockIO !== undefined) yield* weights(blockIO)
  for (const key of Object.keys(unified ?? {})) {
    if (key.includes('/') || !key.includes('.') || key.startsWith('.')) {
      yield { pointer: at('linux', 'resources', 'unified', key), message: 'not the name of a cgroup file' }
    }
  }
}

function* deviceRule(rule: DeviceCgroup, index: number): Generator<Fault> {
  const pointer = at('linux', 'resources', 'devices', index)
  const { type = 'a', access = '' } = rule
  if (type !== '' && type !== 'a' && type !== 'b' && type !== 'c') {
    yield { pointer: `${pointer}/type`, message: 'must be a, b or c' }
  }
  if (access === '') {
    yield { pointer: `${pointer}/access`, message: `device access at ${index} field cannot be empty` }
  } else if (![...access].every((letter) => 'rwm'.includes(letter))) {
    yield { pointer: `${pointer}/access`, message: 'access must be letters of r, w and m' }
  }
  for (const key of ['major', 'minor'] as const) {
    const number = rule[key] ?? -1
    if (number < -1 || number > 4_294_967_295) yield { pointer: `${pointer}/${key}`, message: 'no number of a device' }
  }
}

function* weights(blockIO: BlockIO): Generator<Fault> {
  const pointer = '/linux/resources/blockIO'
  yield* weight(blockIO, pointer)
  for (const [index, device] of (blockIO.weightDevice ?? []).entries()) {
    yield* weight(device, `${pointer}/weightDevice/${index}`)
  }
}

// 0 stands for nothing, as engines write it.
function* weight(holder: Pick<BlockIO, 'weight' | 'leafWeight'>, pointer: string): Generator<Fault> {
  for (const key of ['weight', 'leafWeight'] as const) {
    const value = holder[key] ?? 0
    if (value !== 0 && (value < 10 || value > 1000)) {
      yield { pointer: `${pointer}/${key}`, message: 'must be between 10 and 1000' }
    }
  }
}
