import { at, type Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import { hasBlank } from './word.ts'
import type { CgroupLine } from './write.ts'

/** rdma.max (cgroup-v1/rdma.rst), a line for each device; the same in v2. */
export function* rdma({ rdma = {} }: Resources): Generator<CgroupLine | Fault> {
  for (const name of Object.keys(rdma)) {
    const pointer = at('linux', 'resources', 'rdma', name)
    const { hcaHandles, hcaObjects } = rdma[name] ?? {}
    if (hasBlank(name)) yield { pointer, message: 'not the name of an RDMA device' }
    let value = name
    if (hcaHandles !== undefined) value += ` hca_handle=${hcaHandles}`
    if (hcaObjects !== undefined) value += ` hca_object=${hcaObjects}`
    if (value !== name) yield { pointer, file: 'rdma.max', value }
  }
}
