import type { Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import type { Hierarchies } from '../hierarchy.ts'
import { blockIO } from './block_io.ts'
import { cpu } from './cpu.ts'
import { cpuset } from './cpuset.ts'
import { hugetlb } from './hugetlb.ts'
import { memory } from './memory.ts'
import { networkClass, networkPriorities } from './network.ts'
import { pids } from './pids.ts'
import { rdma } from './rdma.ts'
import { unified } from './unified.ts'
import type { Section, Version, Write } from './write.ts'

/** The sections in the order of their writes, each with its field and the name of its controller in v1 and v2. */
const sections: readonly (readonly [section: Section, field: keyof Resources, v1: string, v2: string])[] = [
  [cpuset, 'cpu', 'cpuset', 'cpuset'],
  [cpu, 'cpu', 'cpu', 'cpu'],
  [memory, 'memory', 'memory', 'memory'],
  [pids, 'pids', 'pids', 'pids'],
  [blockIO, 'blockIO', 'blkio', 'io'],
  [hugetlb, 'hugepageLimits', 'hugetlb', 'hugetlb'],
  [networkClass, 'network', 'net_cls', 'net_cls'],
  [networkPriorities, 'network', 'net_prio', 'net_prio'],
  [rdma, 'rdma', 'rdma', 'rdma'],
]

/** What the files of a controller of the container's cgroup say now; undefined: nothing yet. */
export type Current = (controller: string, file: string) => string | undefined

const isNew: Current = () => undefined

export type Compiled = {
  /** The writes, in the order that the kernel needs. */
  readonly writes: readonly Write[]
  /** What is wrong. Unless this is empty, `writes` is not to be used. */
  readonly faults: readonly Fault[]
}

/**
 * `linux.resources`, but for its devices, as writes to the files of the container's cgroup. For a cgroup that is in use `current` tells
 * what holds: the order of writes depends on it.
 */
export function compileResources(resources: Resources, hierarchies: Hierarchies, current: Current = isNew): Compiled {
  const writes: Write[] = []
  const faults: Fault[] = []
  for (const [section, field, v1, v2] of sections) {
    if (resources[field] === undefined) continue
    const found = versionOf(hierarchies, { v1, v2 })
    // Where a controller is missing, the section is compiled all the same: its lines say which fields need the controller.
    const version = found ?? (hierarchies.v1.length > 0 ? 1 : 2)
    const controller = version === 1 ? v1 : v2
    for (const each of section(resources, { version, now: (file) => current(controller, file) })) {
      if ('message' in each) faults.push(each)
      else if (found !== undefined) writes.push({ ...each, controller, version })
      else if (each.missing_ok !== true) faults.push(missing(each.pointer, { controller, version }))
    }
  }
  for (const each of unified(resources, hierarchies)) {
    if ('message' in each) faults.push(each)
    else writes.push(each)
  }
  return { writes, faults: once(faults) }
}

function versionOf({ v1, v2 }: Hierarchies, names: { v1: string; v2: string }): Version | undefined {
  if (v1.some(({ controllers }) => controllers.includes(names.v1))) return 1
  return v2?.controllers.includes(names.v2) ? 2 : undefined
}

function missing(pointer: string, { controller, version }: { controller: string; version: Version }): Fault {
  const cure = version === 1 ? 'is its hierarchy mounted?' : 'does the kernel have it?'
  return { pointer, message: `the cgroup controller ${controller} is not available: ${cure}` }
}

// A limit that takes more than one file is reported once.
function once(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>()
  return faults.filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer))
}
