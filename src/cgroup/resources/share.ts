import type { Integer } from './amount.ts'

/** Time out of each period, in microseconds; below zero: all of it. */
export type Share = { readonly time: Integer; readonly period: Integer }

/**
 * Whether to write the time before the period. The kernel refuses what is above the share of the parent, also for the moment between two writes.
 * The smaller of the two shares on the way is not above the larger of the old and the new one, as their products are equal.
 */
export function timeFirst(next: Share, now: Share): boolean {
  // Without a limit of its own a cgroup has its parent's, whatever its period: it is bound last, and freed first.
  if (now.time < 0) return false
  return BigInt(next.time) * BigInt(next.period) < BigInt(now.time) * BigInt(now.period)
}
