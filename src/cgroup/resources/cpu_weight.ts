import type { Integer } from './amount.ts'

/** The range of cpu.shares. The kernel replaces a value outside it by the nearest end (MIN_SHARES, MAX_SHARES of kernel/sched/sched.h). */
export const minShares = 2
export const maxShares = 262_144

/**
 * cpu.shares as cpu.weight, 1 to 10000: ceil(10^((l² + 125l)/612 - 7/34)) with l = log2(shares). A curve through 2→1, 1024→100 and
 * 262144→10000, so that the default of v1 becomes the default of v2 (opencontainers/cgroups, 2025; before, it was a line).
 */
export function cpuWeight(shares: Integer): number {
  if (shares <= minShares) return 1
  if (shares >= maxShares) return 10_000
  const l = Math.log2(Number(shares))
  // 7/34 is 126/612: with one division the three points are exact. Every other value is at least 10⁻⁶ away from an integer, so the
  // rounding errors by which libraries differ cannot change the result.
  return Math.ceil(10 ** ((l * l + 125 * l - 126) / 612) - 1e-7)
}
