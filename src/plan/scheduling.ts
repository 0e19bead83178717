import { mempolicyFlags, mempolicyModes } from '../kernel/mempolicy.ts'
import { personalities } from '../kernel/personality.ts'
import { ioprioClasses, ioprioClassShift, schedulerFlags, schedulerPolicies } from '../kernel/scheduler.ts'
import { listRanges } from '../spec/ranges.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/**
 * Resets the CPU affinity that the init has inherited from the caller: the CPUs of a container are those of its cgroup. Older kernels forget an
 * affinity when a process enters a cpuset, newer ones keep it. This precedes the scheduler, as SCHED_DEADLINE needs all CPUs of the cpuset.
 */
export function* affinity({ folders }: Context): Generator<Step> {
  const joins = folders.v1.length > 0 || folders.v2 !== undefined
  if (joins) yield { op: 'affinity', actor: 'init', pointer: '', cpus: bitmap('') }
}

/**
 * Scheduler and I/O priority. The init sets its own while it has CAP_SYS_NICE. In a user namespace that capability is not enough
 * (sched(7), ioprio_set(2)), so then the parent does it, if it is privileged.
 */
export function* scheduling({ spec, own, host }: Context, actor: 'parent' | 'init'): Generator<Step> {
  if ((own.user === undefined || host.rootless ? 'init' : 'parent') !== actor) return
  const { scheduler, ioPriority } = spec.process ?? {}
  if (scheduler !== undefined) {
    const { policy, nice = 0, priority = 0, flags = [], runtime = 0, deadline = 0, period = 0 } = scheduler
    yield {
      op: 'scheduler',
      actor,
      pointer: '/process/scheduler',
      policy: schedulerPolicies[policy],
      flags: flags.reduce((bits, flag) => bits | schedulerFlags[flag], 0),
      nice: nice >>> 0,
      priority,
      ...{ runtime, deadline, period },
    }
  }
  if (ioPriority !== undefined) {
    const value = (ioprioClasses[ioPriority.class] << ioprioClassShift) | (ioPriority.priority ?? 0)
    yield { op: 'io_priority', actor, pointer: '/process/ioPriority', value }
  }
}

export function* personality({ linux }: Context['spec']): Generator<Step> {
  const domain = linux?.personality?.domain
  if (domain === undefined) return
  yield { op: 'personality', actor: 'init', pointer: '/linux/personality', domain: personalities[domain] }
}

/** After the cgroup, as the nodes must be among those of its cpuset. */
export function* memoryPolicy({ linux }: Context['spec']): Generator<Step> {
  const { mode, nodes = '', flags = [] } = linux?.memoryPolicy ?? {}
  if (mode === undefined) return
  yield {
    op: 'memory_policy',
    actor: 'init',
    pointer: '/linux/memoryPolicy',
    mode: flags.reduce<number>((bits, flag) => bits | mempolicyFlags[flag], mempolicyModes[mode]),
    nodes: bitmap(nodes),
  }
}

/** A list such as `0-1,3` as a bit set, the lowest bit first. */
export function bitmap(list: string): Uint8Array {
  const all = listRanges(list) ?? []
  const size = Math.max(0, ...all.map(([, last]) => (last >> 3) + 1))
  const bytes = new Uint8Array(size)
  for (const [first, last] of all)
    for (let node = first; node <= last; node++) bytes[node >> 3] = (bytes[node >> 3] ?? 0) | (1 << (node & 7))
  return bytes
}
