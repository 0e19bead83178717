import type { Cpu } from '../../spec/resources.ts'
import { type Property, variant } from './value.ts'

/** USEC_INFINITY, CGROUP_LIMIT_MAX: no limit. */
export const infinity = 0xffff_ffff_ffff_ffffn

const defaultPeriod = 100_000n
const second = 1_000_000n

/** systemd rounds a quota to a whole percent of a CPU, which is 10 ms of each second. */
const percent = 10_000n

/** quota and period as properties. CPUQuotaPeriodUSec exists since systemd 242. */
export function* cpuQuota({ quota = 0, period = 0 }: Cpu, systemd: number): Generator<Property> {
  if (period !== 0 && systemd >= 242) yield { name: 'CPUQuotaPeriodUSec', value: variant('t', period) }
  if (quota === 0 && period === 0) return
  yield { name: 'CPUQuotaPerSecUSec', value: variant('t', quota > 0 ? perSecond({ quota, period }) : infinity) }
}

/** The same limits with the quota as systemd rounds it, so that ocits and systemd write the same value to the cgroup. */
export function roundedQuota(cpu: Cpu): Cpu {
  const { quota = 0, period = 0 } = cpu
  if (quota <= 0) return cpu
  const rounded = (perSecond({ quota, period }) * periodOf(period)) / second
  return { ...cpu, quota: Number.isSafeInteger(Number(rounded)) ? Number(rounded) : rounded }
}

type Positive = { readonly quota: number | bigint; readonly period: number | bigint }

// It rounds up, never down: cgroups below this one may need the whole quota that the config asks for.
function perSecond({ quota, period }: Positive): bigint {
  const percents = roundedUp(BigInt(quota) * second, periodOf(period) * percent)
  return percents * percent
}

function roundedUp(value: bigint, unit: bigint): bigint {
  return (value + unit - 1n) / unit
}

function periodOf(period: number | bigint): bigint {
  return period === 0 ? defaultPeriod : BigInt(period)
}
