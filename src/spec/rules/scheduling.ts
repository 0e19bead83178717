import { at, type Fault } from '../pointer.ts'
import type { Scheduler } from '../process.ts'
import { ranges } from '../ranges.ts'
import type { Spec } from '../spec.ts'

/** When and where the process runs: scheduler, I/O priority, CPUs (sched_setattr(2), ioprio_set(2)). */
export function* scheduling(spec: Spec): Generator<Fault> {
  const { scheduler, ioPriority, execCPUAffinity } = spec.process ?? {}
  if (scheduler !== undefined) yield* schedule(scheduler)
  const priority = ioPriority?.priority ?? 0
  if (priority < 0 || priority > 7) {
    yield { pointer: '/process/ioPriority/priority', message: `invalid ioPriority.Priority: ${priority}` }
  }
  for (const key of ['initial', 'final'] as const) {
    const list = execCPUAffinity?.[key]
    if (list !== undefined && ranges(list) === undefined) {
      yield { pointer: at('process', 'execCPUAffinity', key), message: 'not a list of CPUs, as 0-3,7' }
    }
  }
}

function* schedule(scheduler: Scheduler): Generator<Fault> {
  const { policy, nice = 0, priority = 0 } = scheduler
  if (nice < -20 || nice > 19) yield { pointer: '/process/scheduler/nice', message: `invalid scheduler nice: ${nice}` }
  const realTime = policy === 'SCHED_FIFO' || policy === 'SCHED_RR'
  if (realTime && (priority < 1 || priority > 99)) {
    yield { pointer: '/process/scheduler/priority', message: `${policy} takes a priority from 1 to 99` }
  } else if (!realTime && priority !== 0) {
    const message = 'scheduler.priority can only be specified for SchedFIFO or SchedRR policy'
    yield { pointer: '/process/scheduler/priority', message }
  }
  if (policy === 'SCHED_DEADLINE') return
  for (const key of ['runtime', 'deadline', 'period'] as const) {
    if ((scheduler[key] ?? 0) > 0) {
      const message = 'scheduler runtime/deadline/period can only be specified for SchedDeadline policy'
      yield { pointer: at('process', 'scheduler', key), message }
    }
  }
}

/** Which modes take nodes: set_mempolicy(2). */
export function* memoryPolicy(spec: Spec): Generator<Fault> {
  const { mode, nodes = '', flags = [] } = spec.linux?.memoryPolicy ?? {}
  const pointer = '/linux/memoryPolicy'
  const list = ranges(nodes)
  if (list === undefined) {
    yield { pointer: `${pointer}/nodes`, message: 'not a list of memory nodes, as 0-1,3' }
    return
  }
  if (mode === undefined) {
    if (list.length > 0 || flags.length > 0) yield { pointer: `${pointer}/mode`, message: 'mode must be specified' }
    return
  }
  const local = mode === 'MPOL_DEFAULT' || mode === 'MPOL_LOCAL'
  if (local && list.length > 0) yield { pointer: `${pointer}/nodes`, message: `${mode} takes no nodes` }
  // MPOL_PREFERRED without a node means the one that allocates.
  if (!local && mode !== 'MPOL_PREFERRED' && list.length === 0) {
    yield { pointer: `${pointer}/nodes`, message: `${mode} needs at least one node` }
  }
  if (flags.includes('MPOL_F_STATIC_NODES') && flags.includes('MPOL_F_RELATIVE_NODES')) {
    const message = 'MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other'
    yield { pointer: `${pointer}/flags`, message }
  }
}

export function* personality(spec: Spec): Generator<Fault> {
  const { domain, flags = [] } = spec.linux?.personality ?? {}
  if (flags.length > 0) yield { pointer: '/linux/personality/flags', message: 'no flag is defined' }
  if (spec.linux?.personality !== undefined && domain === undefined) {
    yield { pointer: '/linux/personality/domain', message: 'domain must be specified' }
  }
}

/** The class of service names a folder of resctrl, and must not name another. */
export function* intelRdt(spec: Spec): Generator<Fault> {
  const closID = spec.linux?.intelRdt?.closID ?? ''
  if (closID === '.' || closID === '..' || (closID.includes('/') && closID !== '/')) {
    yield { pointer: '/linux/intelRdt/closID', message: `invalid intelRdt.closID ${JSON.stringify(closID)}` }
  }
}
