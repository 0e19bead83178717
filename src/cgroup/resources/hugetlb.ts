import type { Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import type { CgroupLine, Target } from './write.ts'

/** hugetlb.<size>.* (cgroup-v1/hugetlb.rst): one limit for page faults, and one for reservations, which make mmap(2) fail. */
export function* hugetlb({ hugepageLimits = [] }: Resources, { version }: Target): Generator<CgroupLine | Fault> {
  const file = version === 1 ? 'limit_in_bytes' : 'max'
  for (const [i, { pageSize, limit }] of hugepageLimits.entries()) {
    const pointer = `/linux/resources/hugepageLimits/${i}`
    const value = String(limit)
    yield { pointer, file: `hugetlb.${pageSize}.${file}`, value }
    yield { pointer, file: `hugetlb.${pageSize}.rsvd.${file}`, value }
  }
}
