import type { Fault, Pointer } from '../../spec/pointer.ts'
import type { Version } from './write.ts'

export type Integer = number | bigint

/** -1 as the kernel's files say it; a number as it is. */
export function limit(value: Integer, version: Version): string {
  return value === -1 && version === 2 ? 'max' : String(value)
}

/** The words of a number that stands for no limit, so that a machine without the file is fine too. */
export function unlimited(value: Integer): { readonly missing_ok?: true } {
  return value === -1 ? { missing_ok: true } : {}
}

/** Below -1 is no amount. */
export function* checkAmount(value: Integer, pointer: Pointer): Generator<Fault> {
  if (value < -1) yield { pointer, message: 'must be -1 (no limit) or more' }
}

export function* checkRange(
  value: Integer,
  [low, high]: readonly [number, number],
  pointer: Pointer,
): Generator<Fault> {
  if (value < low || value > high) yield { pointer, message: `must be between ${low} and ${high}` }
}
