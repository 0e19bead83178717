import { at, type Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import { isDigits } from '../../spec/scan.ts'
import { bitsOf } from './bits.ts'
import { cpuQuota, infinity } from './cpu_quota.ts'
import { type Property, type Variant, variant } from './value.ts'

const amounts: Readonly<Record<string, string>> = {
  'memory.min': 'MemoryMin',
  'memory.low': 'MemoryLow',
  'memory.high': 'MemoryHigh',
  'memory.max': 'MemoryMax',
  'memory.swap.max': 'MemorySwapMax',
  'pids.max': 'TasksMax',
}

const lists: Readonly<Record<string, string>> = { 'cpuset.cpus': 'AllowedCPUs', 'cpuset.mems': 'AllowedMemoryNodes' }

/** Files of `unified` for which systemd has a property. The others are only written to the cgroup. */
export function* unifiedProperties({ unified = {} }: Resources, systemd: number): Generator<Property | Fault> {
  for (const file of Object.keys(unified)) {
    const words = (unified[file] ?? '').trim()
    const pointer = at('linux', 'resources', 'unified', file)
    const [amount, list] = [amounts[file], lists[file]]
    if (amount !== undefined) yield property(amount, amountOf(words), pointer)
    else if (list !== undefined && systemd >= 244) yield property(list, bytesOf(words), pointer)
    else if (file === 'cpu.max') yield* cpuMax(words, systemd, pointer)
    else if (file === 'cpu.idle' && words === '1' && systemd >= 252)
      yield property('CPUWeight', variant('t', 0), pointer)
    // A cgroup has a weight or is idle, never both.
    else if (file === 'cpu.weight' && unified['cpu.idle']?.trim() !== '1')
      yield property('CPUWeight', amountOf(words), pointer)
  }
}

function property(name: string, value: Variant | undefined, pointer: string): Property | Fault {
  return value === undefined ? { pointer, message: 'not a value that systemd knows' } : { name, value }
}

function* cpuMax(words: string, systemd: number, pointer: string): Generator<Property | Fault> {
  const [quota = '', period = '100000', ...rest] = words.split(' ').filter((word) => word !== '')
  const numbers = { quota: quota === 'max' ? -1 : number(quota), period: number(period) }
  if (numbers.quota === undefined || numbers.period === undefined || rest.length > 0) {
    yield { pointer, message: 'not a value that systemd knows' }
    return
  }
  yield* cpuQuota({ quota: numbers.quota, period: numbers.period }, systemd)
}

function amountOf(words: string): Variant | undefined {
  const amount = words === 'max' ? infinity : number(words)
  return amount === undefined ? undefined : variant('t', amount)
}

function bytesOf(words: string): Variant | undefined {
  const bytes = bitsOf(words)
  return bytes === undefined ? undefined : variant('ay', bytes)
}

function number(words: string): bigint | undefined {
  const value = words.length <= 20 && isDigits(words) ? BigInt(words) : undefined
  return value !== undefined && value <= infinity ? value : undefined
}
