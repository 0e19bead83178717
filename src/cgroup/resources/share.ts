import type { Integer } from './amount.ts'

/** CPU time in each period, in microseconds; below zero: no limit. */
export type Share = { readonly time: Integer; readonly period: Integer }

/**
 * Whether to write the time before the period. The kernel refuses a share (time ÷ period) above the parent's, also between the
 * two writes. Of the two shares that are possible between them, the smaller is never above the larger of the old and the new one, because the
 * products of both pairs are equal. So the order with the smaller one is always accepted.
 */
export function timeFirst(next: Share, now: Share): boolean {
  // A cgroup without a limit of its own has its parent's share, whatever its period is. So a limit is set last and removed first.
  if (now.time < 0) return false
  return BigInt(next.time) * BigInt(next.period) < BigInt(now.time) * BigInt(now.period)
}
