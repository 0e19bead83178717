import type { Stats } from './stats.ts'
import { count, type Files, rdmaEntries, unlessZero } from './text.ts'

// What is the same in cgroup v1 and v2.

export function tellPids({ read }: Files, { pids }: Stats): void {
  const limit = read('pids.max')?.trim()
  pids.current = unlessZero(count(read('pids.current')))
  pids.limit = limit === 'max' ? undefined : unlessZero(count(limit))
}

export function tellRdma({ read }: Files, stats: Stats): void {
  const [limit, current] = [rdmaEntries(read('rdma.max')), rdmaEntries(read('rdma.current'))]
  if (limit.length > 0 || current.length > 0) stats.rdma = { limit, current }
}

/** The sizes of the files `hugetlb.SIZE` and `ending`, in their order. */
export function pageSizes(names: readonly string[], ending: string): readonly string[] {
  const sizes = names
    .filter((name) => name.startsWith('hugetlb.') && name.endsWith(ending))
    .map((name) => name.slice('hugetlb.'.length, -ending.length))
  return sizes.filter((size) => !size.includes('.')).sort()
}
