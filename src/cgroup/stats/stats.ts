/**
 * What `events` tells of a container: the fields and units of runc's types/events.go, in its order. Counts are exact, up to 2⁶⁴ - 1. What runc
 * leaves out where it is 0 is undefined here.
 */
export type Stats = {
  cpu: {
    usage: {
      /** Nanoseconds, as all times of CPUs. */
      total?: bigint | undefined
      percpu?: readonly bigint[] | undefined
      percpu_kernel?: readonly bigint[] | undefined
      percpu_user?: readonly bigint[] | undefined
      kernel: bigint
      user: bigint
    }
    throttling: {
      periods?: bigint | undefined
      throttledPeriods?: bigint | undefined
      throttledTime?: bigint | undefined
    }
    psi?: Pressure | undefined
  }
  cpuset: Cpuset
  memory: {
    cache?: bigint | undefined
    usage: MemoryEntry
    /** Memory and swap together, also on v2. */
    swap: MemoryEntry
    kernel: MemoryEntry
    kernelTCP: MemoryEntry
    /** memory.stat. */
    raw?: Counts | undefined
    psi?: Pressure | undefined
  }
  pids: {
    current?: bigint | undefined
    /** Left out where there is none. */
    limit?: bigint | undefined
  }
  blkio: { [table: string]: readonly BlkioEntry[] | Pressure | undefined }
  hugetlb: { [pageSize: string]: HugetlbEntry }
  rdma?: { readonly limit: readonly RdmaEntry[]; readonly current: readonly RdmaEntry[] } | undefined
  intel_rdt: Readonly<Record<string, never>>
  network_interfaces: null
}

export type Counts = { readonly [name: string]: bigint }

export type Cpuset = {
  cpus?: readonly number[] | undefined
  cpu_exclusive: bigint
  mems?: readonly number[] | undefined
  mem_hardwall: bigint
  mem_exclusive: bigint
  memory_migrate: bigint
  memory_spread_page: bigint
  memory_spread_slab: bigint
  memory_pressure: bigint
  sched_load_balance: bigint
  sched_relax_domain_level: bigint
}

export type MemoryEntry = {
  readonly limit: bigint
  readonly usage?: bigint | undefined
  readonly max?: bigint | undefined
  readonly failcnt: bigint
}

export type BlkioEntry = {
  readonly major?: bigint | undefined
  readonly minor?: bigint | undefined
  readonly op?: string | undefined
  readonly value?: bigint | undefined
}

export type HugetlbEntry = {
  readonly usage?: bigint | undefined
  readonly max?: bigint | undefined
  readonly failcnt: bigint
}

export type RdmaEntry = { readonly device: string; readonly hca_handles: bigint; readonly hca_objects: bigint }

/** A pressure file (Documentation/accounting/psi.rst): per cent of the last 10, 60 and 300 seconds, and microseconds in all. */
export type Pressure = { readonly some: PressureLine; readonly full: PressureLine }
export type PressureLine = {
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
  readonly total: bigint
}

/** That of a container of which nothing is known. */
export function nothing(): Stats {
  const none: MemoryEntry = { limit: 0n, failcnt: 0n }
  return {
    cpu: { usage: { kernel: 0n, user: 0n }, throttling: {} },
    cpuset: {
      cpu_exclusive: 0n,
      mem_hardwall: 0n,
      mem_exclusive: 0n,
      memory_migrate: 0n,
      memory_spread_page: 0n,
      memory_spread_slab: 0n,
      memory_pressure: 0n,
      sched_load_balance: 0n,
      sched_relax_domain_level: 0n,
    },
    memory: { usage: none, swap: none, kernel: none, kernelTCP: none },
    pids: {},
    blkio: {},
    hugetlb: {},
    intel_rdt: {},
    network_interfaces: null,
  }
}

/** As one line of JSON, with every digit of a count. */
export function json(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${json(member)}`).join(',')}}`
}
