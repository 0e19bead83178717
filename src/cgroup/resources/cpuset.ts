import type { Fault } from '../../spec/pointer.ts'
import { ranges } from '../../spec/ranges.ts'
import type { Resources } from '../../spec/resources.ts'
import type { Line } from './write.ts'

/** cpuset.cpus and cpuset.mems, the same in v1 (cpuset(7)) and v2. */
export function* cpuset({ cpu = {} }: Resources): Generator<Line | Fault> {
  for (const key of ['cpus', 'mems'] as const) {
    const value = cpu[key] ?? ''
    if (value === '') continue
    const pointer = `/linux/resources/cpu/${key}`
    if ((ranges(value) ?? []).length === 0) yield { pointer, message: 'no list of numbers, as 0-3,7' }
    yield { pointer, file: `cpuset.${key}`, value }
  }
}
