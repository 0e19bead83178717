import { pageSizes, tellPids, tellRdma } from './both.ts'
import type { BlkioEntry, MemoryEntry, Stats } from './stats.ts'
import { blkio, type Controller, count, counts, type Files, fields, indices, numbers, unlessZero } from './text.ts'

/** The controllers of cgroup v1, each known by a file that no other has. */
export const v1: readonly Controller[] = [
  { file: 'cpu.shares', tell: cpu },
  { file: 'cpuacct.usage', tell: cpuacct },
  { file: 'cpuset.cpus', tell: cpuset },
  { file: 'memory.usage_in_bytes', tell: memory },
  { file: 'pids.current', tell: tellPids },
  { file: 'blkio.reset_stats', tell: io },
  { file: 'hugetlb.', tell: hugetlb },
  { file: 'rdma.current', tell: tellRdma },
]

function cpu({ read }: Files, { cpu }: Stats): void {
  const { nr_periods, nr_throttled, throttled_time } = counts(read('cpu.stat'))
  cpu.throttling = {
    periods: unlessZero(nr_periods),
    throttledPeriods: unlessZero(nr_throttled),
    throttledTime: unlessZero(throttled_time),
  }
}

/** A tick is a hundredth of a second, to programs (times(2)). */
const tick = 10_000_000n

function cpuacct({ read }: Files, { cpu }: Stats): void {
  const { user = 0n, system = 0n } = counts(read('cpuacct.stat'))
  const percpu = numbers(read('cpuacct.usage_percpu'))
  const [, ...all] = fields(read('cpuacct.usage_all')) // after the heading: cpu user system
  const column = (at: number) => (all.length === 0 ? undefined : all.map((words) => count(words[at])))
  cpu.usage = {
    total: unlessZero(count(read('cpuacct.usage'))),
    percpu: percpu.length === 0 ? undefined : percpu,
    percpu_kernel: column(2),
    percpu_user: column(1),
    kernel: system * tick,
    user: user * tick,
  }
}

function cpuset({ read }: Files, stats: Stats): void {
  const number = (name: string) => count(read(`cpuset.${name}`))
  stats.cpuset = {
    cpus: indices(read('cpuset.cpus')),
    cpu_exclusive: number('cpu_exclusive'),
    mems: indices(read('cpuset.mems')),
    mem_hardwall: number('mem_hardwall'),
    mem_exclusive: number('mem_exclusive'),
    memory_migrate: number('memory_migrate'),
    memory_spread_page: number('memory_spread_page'),
    memory_spread_slab: number('memory_spread_slab'),
    memory_pressure: number('memory_pressure'),
    sched_load_balance: number('sched_load_balance'),
    sched_relax_domain_level:
      (read('cpuset.sched_relax_domain_level') ?? '').trim() === '-1' ? -1n : number('sched_relax_domain_level'),
  }
}

function memory({ read }: Files, { memory }: Stats): void {
  const of = (name: string): MemoryEntry => ({
    limit: count(read(`${name}.limit_in_bytes`)),
    usage: unlessZero(count(read(`${name}.usage_in_bytes`))),
    max: unlessZero(count(read(`${name}.max_usage_in_bytes`))),
    failcnt: count(read(`${name}.failcnt`)),
  })
  memory.raw = counts(read('memory.stat'))
  memory.cache = unlessZero(memory.raw.cache)
  memory.usage = of('memory')
  memory.swap = of('memory.memsw')
  memory.kernel = of('memory.kmem')
  memory.kernelTCP = of('memory.kmem.tcp')
}

/** The tables, and the files that they come from in the order in which they are looked for: those of the scheduler that counts here. */
const tables = {
  ioServicedRecursive: 'io_serviced_recursive',
  ioServiceBytesRecursive: 'io_service_bytes_recursive',
  sectorsRecursive: 'sectors_recursive',
  ioQueueRecursive: 'io_queued_recursive',
  ioServiceTimeRecursive: 'io_service_time_recursive',
  ioWaitTimeRecursive: 'io_wait_time_recursive',
  ioMergedRecursive: 'io_merged_recursive',
  ioTimeRecursive: 'time_recursive',
}
const schedulers = ['blkio.bfq.', 'blkio.', 'blkio.throttle.']

function io({ read }: Files, stats: Stats): void {
  for (const scheduler of schedulers) {
    const found: [string, readonly BlkioEntry[]][] = []
    for (const [table, file] of Object.entries(tables)) {
      const entries = blkio(read(`${scheduler}${file}`))
      if (entries.length > 0) found.push([table, entries])
    }
    if (found.length === 0) continue
    Object.assign(stats.blkio, Object.fromEntries(found))
    return
  }
}

/** Reservations, where the kernel counts them (Linux 5.7): what is reserved is limited, what is used is less. */
function hugetlb({ read, names }: Files, stats: Stats): void {
  for (const size of pageSizes(names(), '.limit_in_bytes')) {
    const reserved = `hugetlb.${size}.rsvd`
    const name = read(`${reserved}.usage_in_bytes`) === undefined ? `hugetlb.${size}` : reserved
    stats.hugetlb[size] = {
      usage: unlessZero(count(read(`${name}.usage_in_bytes`))),
      max: unlessZero(count(read(`${name}.max_usage_in_bytes`))),
      failcnt: count(read(`${name}.failcnt`)),
    }
  }
}
