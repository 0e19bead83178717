import type { Fault, Pointer } from '../../spec/pointer.ts'
import type { Version } from './write.ts'

export type Integer = number | bigint

/** A limit as the kernel's files have it: the word for no limit in place of -1. */
export function limit(value: Integer, version: Version): string {
  return value === -1 && version === 2 ? 'max' : String(value)
}

/** A limit that is no limit may be written to a machine without the file: then nothing is limited either. */
export function unlimited(value: Integer): { readonly missing_ok?: true } {
  return value === -1 ? { missing_ok: true } : {}
}

/** -1 means no limit; a lower number means nothing. */
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
