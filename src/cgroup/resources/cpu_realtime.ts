import type { Fault } from '../../spec/pointer.ts'
import type { Cpu } from '../../spec/resources.ts'
import { unlimited } from './amount.ts'
import { timeFirst } from './share.ts'
import type { CgroupLine, Target } from './write.ts'

const at = '/linux/resources/cpu'

/** A new cgroup has 0 µs of real time in each second (sched-rt-group.rst). */
const nothing = 0
const second = 1_000_000

/** CPU time for real-time processes: only cgroup v1 limits it, and only a kernel with CONFIG_RT_GROUP_SCHED. */
export function* realtime(cpu: Cpu, { version, now }: Target): Generator<CgroupLine | Fault> {
  const { realtimeRuntime: time = 0, realtimePeriod: period = 0 } = cpu
  if (version === 2) {
    const message = 'cgroup v2 has no limits for real-time processes'
    if (time > 0) yield { pointer: `${at}/realtimeRuntime`, message }
    if (period > 0) yield { pointer: `${at}/realtimePeriod`, message }
    return
  }
  const current = {
    time: Number(now('cpu.rt_runtime_us') ?? nothing),
    period: Number(now('cpu.rt_period_us') ?? second),
  }
  const timeLine: CgroupLine = {
    pointer: `${at}/realtimeRuntime`,
    file: 'cpu.rt_runtime_us',
    value: String(time),
    ...unlimited(time),
  }
  const periodLine: CgroupLine = { pointer: `${at}/realtimePeriod`, file: 'cpu.rt_period_us', value: String(period) }
  const first = time !== 0 && period !== 0 && timeFirst({ time, period }, current)
  if (first) yield timeLine
  if (period !== 0) yield periodLine
  if (time !== 0 && !first) yield timeLine
}
