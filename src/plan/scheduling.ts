import { mempolicyFlags, mempolicyModes } from '../kernel/mempolicy.ts'
import { personalities } from '../kernel/personality.ts'
import { ioprioClasses, ioprioClassShift, schedulerFlags, schedulerPolicies } from '../kernel/scheduler.ts'
import { listRanges } from '../spec/ranges.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/**
 * The caller's CPUs are not the container's: its cgroup says which ones those are. Older kernels forgot the caller's choice on
 * the way into a cpuset, newer ones keep it. Before the scheduler: a deadline needs all CPUs of its cpuset.
 */
export function* affinity({ folders }: Context): Generator<Step> {
  const joins = folders.v1.length > 0 || folders.v2 !== undefined
  if (joins) yield { op: 'affinity', actor: 'init', pointer: '', cpus: bitmap('') }
}

/**
 * Scheduler and I/O priority. By the init on itself while it has CAP_SYS_NICE; that of a user namespace does not count
 * (sched(7), ioprio_set(2)), so with one by the parent, if that is privileged.
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

/** Inside the cgroup: the nodes must be among those of its cpuset. */
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

/** `0-1,3` as a bit each, the lowest first. */
export function bitmap(list: string): Uint8Array {
  const all = listRanges(list) ?? []
  const size = Math.max(0, ...all.map(([, last]) => (last >> 3) + 1))
  const bytes = new Uint8Array(size)
  for (const [first, last] of all)
    for (let node = first; node <= last; node++) bytes[node >> 3] = (bytes[node >> 3] ?? 0) | (1 << (node & 7))
  return bytes
}
