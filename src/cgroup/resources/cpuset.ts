import type { Fault } from '../../spec/pointer.ts'
import { listRanges } from '../../spec/ranges.ts'
import type { Resources } from '../../spec/resources.ts'
import type { CgroupLine } from './write.ts'

/** cpuset.cpus and cpuset.mems, the same in v1 (cpuset(7)) and v2. */
export function* cpuset({ cpu = {} }: Resources): Generator<CgroupLine | Fault> {
  for (const key of ['cpus', 'mems'] as const) {
    const value = cpu[key] ?? ''
    if (value === '') continue
    const pointer = `/linux/resources/cpu/${key}`
    if ((listRanges(value) ?? []).length === 0) yield { pointer, message: 'not a list of numbers, such as 0-3,7' }
    yield { pointer, file: `cpuset.${key}`, value }
  }
}
