import type { Fault } from '../../spec/pointer.ts'
import type { Cpu } from '../../spec/resources.ts'
import { checkRange, type Integer } from './amount.ts'
import { type Share, timeFirst } from './share.ts'
import type { CgroupLine, Target } from './write.ts'

const at = '/linux/resources/cpu'
const defaultPeriod = 100_000

/** The shortest and the longest period in microseconds; no quota may be shorter (min_ and max_cfs_quota_period, kernel/sched/core.c). */
const periods = [1000, 1_000_000] as const

/** cpu.cfs_quota_us, cpu.cfs_period_us and burst of v1, cpu.max of v2. */
export function* bandwidth(cpu: Cpu, target: Target): Generator<CgroupLine | Fault> {
  yield* check(cpu)
  const { quota = 0, burst } = cpu
  const now = target.version === 1 ? nowV1(target) : nowV2(target)
  const main = target.version === 1 ? mainV1(cpu, now) : mainV2(cpu, now)
  const file = target.version === 1 ? 'cpu.cfs_burst_us' : 'cpu.max.burst'
  const lines: CgroupLine[] = []
  if (burst !== undefined) {
    lines.push({ pointer: `${at}/burst`, file, value: String(burst), ...(burst === 0 ? { missing_ok: true } : {}) })
  }
  // The burst may never be above the quota, not even between two writes (EINVAL).
  const burstFirst = now.time < 0 || (burst ?? 0) <= now.time || quota === 0
  yield* burstFirst ? [...lines, ...main] : [...main, ...lines]
}

function* check({ quota = 0, period = 0, burst = 0 }: Cpu): Generator<Fault> {
  if (period !== 0) yield* checkRange(period, periods, `${at}/period`)
  if (quota > 0 && quota < periods[0]) yield { pointer: `${at}/quota`, message: `must be at least ${periods[0]}` }
  if (quota > 0 && burst > quota) yield { pointer: `${at}/burst`, message: 'must not be above the quota' }
}

// A period without a quota limits nothing.
function free(quota: Integer): { readonly missing_ok?: true } {
  return quota > 0 ? {} : { missing_ok: true }
}

function mainV1({ quota = 0, period = 0 }: Cpu, now: Share): readonly CgroupLine[] {
  const periodLine: CgroupLine = {
    pointer: `${at}/period`,
    file: 'cpu.cfs_period_us',
    value: String(period),
    ...free(quota),
  }
  const value = quota < 0 ? '-1' : String(quota)
  const quotaLine: CgroupLine = { pointer: `${at}/quota`, file: 'cpu.cfs_quota_us', value, ...free(quota) }
  if (quota === 0) return period === 0 ? [] : [periodLine]
  if (period === 0) return [quotaLine]
  return timeFirst({ time: quota, period }, now) ? [quotaLine, periodLine] : [periodLine, quotaLine]
}

function mainV2({ quota = 0, period = 0 }: Cpu, now: Share): readonly CgroupLine[] {
  if (quota === 0 && period === 0) return []
  const time = quota === 0 ? now.time : quota
  const value = `${time < 0 ? 'max' : time} ${period === 0 ? now.period : period}`
  return [{ pointer: `${at}/${quota === 0 ? 'period' : 'quota'}`, file: 'cpu.max', value, ...free(time) }]
}

function nowV1({ now }: Target): Share {
  const time = Number(now('cpu.cfs_quota_us') ?? -1)
  return { time, period: Number(now('cpu.cfs_period_us') ?? defaultPeriod) }
}

// `max 100000`, or two numbers.
function nowV2({ now }: Target): Share {
  const [time = 'max', period = defaultPeriod] = (now('cpu.max') ?? '')
    .trim()
    .split(' ')
    .filter((word) => word !== '')
  return { time: time === 'max' ? -1 : Number(time), period: Number(period) }
}
