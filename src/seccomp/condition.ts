import type { SeccompArg } from '../spec/seccomp.ts'
import type { ProfileFault } from './failure.ts'

/** Compares one argument: `argument & mask` with a value, both as two words of 32 bits. */
export type Condition = {
  readonly index: number
  readonly compare: 'equal' | 'above' | 'from'
  /** The condition holds if the comparison does not: NE, LE, LT. */
  readonly negated: boolean
  readonly high: number
  readonly low: number
  readonly highMask: number
  readonly lowMask: number
}

const ALL = 0xffff_ffff

/** Parses an entry of `args`. */
export function condition({ index, value, valueTwo = 0, op }: SeccompArg): Condition | ProfileFault {
  if (!(index >= 0 && index <= 5)) return { field: 'index', message: `a call has the arguments 0 to 5` }
  const kind = comparison(op)
  if (kind === undefined) return { field: 'op', message: `unknown operator ${op}` }
  const first = words(value)
  if (first === undefined) return { field: 'value', message: 'is not an integer of 64 bits' }
  const second = words(valueTwo)
  if (second === undefined) return { field: 'valueTwo', message: 'is not an integer of 64 bits' }
  if (op !== 'SCMP_CMP_MASKED_EQ') {
    return { index, ...kind, high: first.high, low: first.low, highMask: ALL, lowMask: ALL }
  }
  const high = (second.high & first.high) >>> 0
  const low = (second.low & first.low) >>> 0
  return { index, ...kind, high, low, highMask: first.high, lowMask: first.low }
}

function comparison(op: string): Pick<Condition, 'compare' | 'negated'> | undefined {
  switch (op) {
    case 'SCMP_CMP_EQ':
    case 'SCMP_CMP_MASKED_EQ':
      return { compare: 'equal', negated: false }
    case 'SCMP_CMP_NE':
      return { compare: 'equal', negated: true }
    case 'SCMP_CMP_GT':
      return { compare: 'above', negated: false }
    case 'SCMP_CMP_LE':
      return { compare: 'above', negated: true }
    case 'SCMP_CMP_GE':
      return { compare: 'from', negated: false }
    case 'SCMP_CMP_LT':
      return { compare: 'from', negated: true }
  }
  return undefined
}

function words(value: number | bigint): { high: number; low: number } | undefined {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) return undefined
    return { high: Math.floor(value / 0x1_0000_0000), low: value >>> 0 }
  }
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn) return undefined
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) }
}

/** The condition that the first argument is this small number. */
export function firstIs(low: number): Condition {
  return { index: 0, compare: 'equal', negated: false, high: 0, low, highMask: ALL, lowMask: ALL }
}

/** The condition for a 32-bit ABI: only the lower words of the argument and of the value count. */
export function narrow(wide: Condition): Condition {
  return { ...wide, high: 0, highMask: 0 }
}

/** With an empty mask there is nothing to compare, and the condition always holds. */
export function alwaysHolds({ highMask, lowMask }: Condition): boolean {
  return highMask === 0 && lowMask === 0
}

/** A key that is equal for equal conditions. */
export function keyOf({ index, compare, negated, high, low, highMask, lowMask }: Condition): string {
  return `${index} ${compare} ${negated} ${high} ${low} ${highMask} ${lowMask}`
}

/**
 * Compares two conditions by the order in which they are tried: higher arguments first, equality before ranges, then the
 * narrower range.
 */
export function order(a: Condition, b: Condition): number {
  if (a.index !== b.index) return b.index - a.index
  const rankA = rank(a)
  const rankB = rank(b)
  if (rankA !== rankB) return rankB - rankA
  const datum = a.high !== b.high ? b.high - a.high : b.low - a.low
  return rankA === BELOW ? -datum : datum
}

const EQUALITY = 3
const BELOW = 2
const ABOVE = 1

function rank({ compare, negated }: Condition): number {
  if (compare === 'equal') return EQUALITY
  return negated ? BELOW : ABOVE
}
