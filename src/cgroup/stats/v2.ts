import { pageSizes, tellPids, tellRdma } from './both.ts'
import type { MemoryEntry, Stats } from './stats.ts'
import {
  type Controller,
  count,
  counts,
  type Files,
  fields,
  indices,
  ioStat,
  isUnlimited,
  pressure,
  unlessZero,
} from './text.ts'

/** The controllers of cgroup v2, all in one cgroup. */
export const v2: readonly Controller[] = [
  { file: 'cpu.stat', tell: cpu },
  { file: 'cpuset.cpus.effective', tell: cpuset },
  { file: 'memory.current', tell: memory },
  { file: 'pids.current', tell: tellPids },
  { file: 'io.stat', tell: io },
  { file: 'hugetlb.', tell: hugetlb },
  { file: 'rdma.current', tell: tellRdma },
]

/** The pressure files, which are in every cgroup of v2, whatever controllers it has. */
export function pressures({ read }: Files, { cpu, memory, blkio }: Stats): void {
  cpu.psi = pressure(read('cpu.pressure'))
  memory.psi = pressure(read('memory.pressure'))
  const io = pressure(read('io.pressure'))
  if (io !== undefined) blkio.psi = io
}

const microseconds = 1000n

/** Times of CPUs are in every cgroup of v2; the rest is where the controller is. */
function cpu({ read }: Files, { cpu }: Stats): void {
  const { usage_usec, user_usec, system_usec, nr_periods, nr_throttled, throttled_usec } = counts(read('cpu.stat'))
  const nanoseconds = (value = 0n) => value * microseconds
  cpu.usage = {
    total: unlessZero(nanoseconds(usage_usec)),
    kernel: nanoseconds(system_usec),
    user: nanoseconds(user_usec),
  }
  if (nr_periods === undefined) return
  cpu.throttling = {
    periods: unlessZero(nr_periods),
    throttledPeriods: unlessZero(nr_throttled),
    throttledTime: unlessZero(nanoseconds(throttled_usec)),
  }
}

function cpuset({ read }: Files, { cpuset }: Stats): void {
  cpuset.cpus = indices(read('cpuset.cpus.effective'))
  cpuset.mems = indices(read('cpuset.mems.effective'))
}

function memory({ read }: Files, { memory }: Stats): void {
  const events = counts(read('memory.events'))
  const of = (name: string, failcnt = 0n): MemoryEntry => ({
    limit: count(read(`${name}.max`)),
    usage: unlessZero(count(read(`${name}.current`))),
    max: unlessZero(count(read(`${name}.peak`))), // since Linux 5.19, of swap since 6.5
    failcnt,
  })
  memory.raw = counts(read('memory.stat'))
  memory.cache = unlessZero(memory.raw.file)
  memory.usage = of('memory', events.max)
  if (read('memory.swap.current') !== undefined) memory.swap = together(memory.usage, of('memory.swap'))
}

/** v1 counts memory and swap together, and so do those who read this. Their peaks have not been at one time. */
function together(memory: MemoryEntry, swap: MemoryEntry): MemoryEntry {
  return {
    limit: isUnlimited(swap.limit) || isUnlimited(memory.limit) ? count('max') : swap.limit + memory.limit,
    usage: unlessZero((swap.usage ?? 0n) + (memory.usage ?? 0n)),
    failcnt: 0n,
  }
}

function io({ read }: Files, stats: Stats): void {
  Object.assign(stats.blkio, ioStat(read('io.stat')))
}

function hugetlb({ read, names }: Files, stats: Stats): void {
  for (const size of pageSizes(names(), '.max')) {
    const name = `hugetlb.${size}`
    const usage = read(`${name}.rsvd.current`) ?? read(`${name}.current`)
    const [, failcnt] = fields(read(`${name}.events`)).find(([key]) => key === 'max') ?? []
    stats.hugetlb[size] = { usage: unlessZero(count(usage)), failcnt: count(failcnt) }
  }
}
