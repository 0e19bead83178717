import { at, type Report } from '../pointer.ts'
import type { Scheduler } from '../process.ts'
import { listRanges } from '../ranges.ts'
import type { Spec } from '../spec.ts'

/** When and where the process runs: scheduler, I/O priority, CPUs (sched_setattr(2), ioprio_set(2)). */
export function schedulingRules(spec: Spec, report: Report): void {
  const { scheduler, ioPriority, execCPUAffinity } = spec.process ?? {}
  if (scheduler !== undefined) schedule(scheduler, report)
  const priority = ioPriority?.priority ?? 0
  if (priority < 0 || priority > 7) {
    report('/process/ioPriority/priority', `invalid ioPriority.Priority: ${priority}`)
  }
  for (const key of ['initial', 'final'] as const) {
    const list = execCPUAffinity?.[key]
    if (list !== undefined && listRanges(list) === undefined) {
      report(at('process', 'execCPUAffinity', key), 'not a list of CPUs, as 0-3,7')
    }
  }
}

function schedule(scheduler: Scheduler, report: Report): void {
  const { policy, nice = 0, priority = 0, flags = [] } = scheduler
  if (policy === 'SCHED_ISO') report('/process/scheduler/policy', 'SCHED_ISO is reserved: no kernel has it')
  flags.forEach((flag, index) => {
    const clamp = flag === 'SCHED_FLAG_UTIL_CLAMP_MIN' || flag === 'SCHED_FLAG_UTIL_CLAMP_MAX'
    if (clamp)
      report(at('process', 'scheduler', 'flags', index), 'a config has no field for the value that it clamps to')
  })
  if (nice < -20 || nice > 19) report('/process/scheduler/nice', `invalid scheduler nice: ${nice}`)
  const realTime = policy === 'SCHED_FIFO' || policy === 'SCHED_RR'
  if (realTime && (priority < 1 || priority > 99)) {
    report('/process/scheduler/priority', `${policy} takes a priority from 1 to 99`)
  } else if (!realTime && priority !== 0) {
    const words = 'scheduler.priority can only be specified for SchedFIFO or SchedRR policy'
    report('/process/scheduler/priority', words)
  }
  if (policy === 'SCHED_DEADLINE') {
    deadline(scheduler, report)
    return
  }
  for (const key of ['runtime', 'deadline', 'period'] as const) {
    if ((scheduler[key] ?? 0) > 0) {
      const words = 'scheduler runtime/deadline/period can only be specified for SchedDeadline policy'
      report(at('process', 'scheduler', key), words)
    }
  }
}

// sched(7). The kernel checks its other bounds itself: a runtime of 1024 ns or more, and sched_deadline_period_*_us.
function deadline({ runtime = 0, deadline = 0, period = 0 }: Scheduler, report: Report): void {
  if (runtime > 0 && runtime <= deadline && (period === 0 || deadline <= period)) return
  report('/process/scheduler', 'SCHED_DEADLINE wants 0 < runtime <= deadline <= period')
}

/** The largest MAX_NUMNODES of a kernel is 1024. */
const maxNode = 1023

/** Which modes have nodes (set_mempolicy(2)). */
export function memoryPolicyRules(spec: Spec, report: Report): void {
  if (spec.linux?.memoryPolicy === undefined) return
  const { mode, nodes = '', flags = [] } = spec.linux.memoryPolicy
  const pointer = '/linux/memoryPolicy'
  const list = listRanges(nodes)
  if (list === undefined) {
    report(`${pointer}/nodes`, 'not a list of memory nodes, as 0-1,3')
    return
  }
  if (list.some(([, last]) => last > maxNode)) report(`${pointer}/nodes`, `nodes beyond ${maxNode}`)
  if (mode === undefined) {
    if (list.length > 0 || flags.length > 0) report(`${pointer}/mode`, 'mode must be specified')
    return
  }
  const local = mode === 'MPOL_DEFAULT' || mode === 'MPOL_LOCAL'
  if (local && list.length > 0) report(`${pointer}/nodes`, `${mode} takes no nodes`)
  // MPOL_PREFERRED without a node means the node of the CPU that allocates.
  if (!local && mode !== 'MPOL_PREFERRED' && list.length === 0) {
    report(`${pointer}/nodes`, `${mode} needs at least one node`)
  }
  if (flags.includes('MPOL_F_STATIC_NODES') && flags.includes('MPOL_F_RELATIVE_NODES')) {
    report(`${pointer}/flags`, 'MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other')
  }
}

export function personalityRules(spec: Spec, report: Report): void {
  if (spec.linux?.personality === undefined) return
  const { domain, flags = [] } = spec.linux.personality
  if (flags.length > 0) report('/linux/personality/flags', 'no flag is defined')
  if (domain === undefined) report('/linux/personality/domain', 'domain must be specified')
}

/** The class of service is the name of a folder of resctrl, and must not be that of resctrl's own files, nor lead elsewhere. */
export function intelRdtRules(spec: Spec, report: Report): void {
  const closID = spec.linux?.intelRdt?.closID ?? ''
  const taken = ['info', 'mon_data', 'mon_groups'].includes(closID) || closID.includes('\n')
  if (taken || closID === '.' || closID === '..' || (closID.includes('/') && closID !== '/')) {
    report('/linux/intelRdt/closID', `invalid intelRdt.closID ${JSON.stringify(closID)}`)
  }
}
