import type { Fault } from '../../spec/pointer.ts'
import type { Cpu, Resources } from '../../spec/resources.ts'
import { bandwidth } from './cpu_bandwidth.ts'
import { realtime } from './cpu_realtime.ts'
import { cpuWeight, maxShares, minShares } from './cpu_weight.ts'
import type { CgroupLine, Target } from './write.ts'

const at = '/linux/resources/cpu'

/** cpu.* of cgroup v1 (sched-bwc.rst, sched-design-CFS.rst) and v2 (cgroup-v2.rst, CPU Interface Files). */
export function* cpu({ cpu }: Resources, target: Target): Generator<CgroupLine | Fault> {
  if (cpu === undefined) return
  const { idle } = cpu
  // An idle cgroup has no weight: the kernel refuses one (EINVAL), and forgets the one it had. So only one of the two is written.
  if (idle !== undefined) {
    yield { pointer: `${at}/idle`, file: 'cpu.idle', value: String(idle), ...(idle === 0 ? { missing_ok: true } : {}) }
  }
  if (idle !== 1) yield* weight(cpu, target)
  yield* bandwidth(cpu, target)
  yield* realtime(cpu, target)
}

function* weight({ shares = 0 }: Cpu, { version }: Target): Generator<CgroupLine | Fault> {
  const pointer = `${at}/shares`
  if (shares === 0) return
  if (version === 2) {
    yield { pointer, file: 'cpu.weight', value: String(cpuWeight(shares)) }
    return
  }
  // The kernel would silently use the nearest value that it supports.
  if (shares < minShares) yield { pointer, message: `the minimum allowed cpu-shares is ${minShares}` }
  if (shares > maxShares) yield { pointer, message: `the maximum allowed cpu-shares is ${maxShares}` }
  yield { pointer, file: 'cpu.shares', value: String(shares) }
}
