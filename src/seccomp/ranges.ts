import { callsOf, numberAt } from '../kernel/syscalls.ts'
import { X32_BIT } from './architectures.ts'
import type { Rule } from './chain.ts'
import { ASK, DEFAULT, UNNAMED } from './sheet.ts'
import { rulesAt, type View } from './view.ts'

/** The numbers from 0 to 2³² - 1 in ranges of one leaf each: where they start, rising, and their leaves. */
export type Ranges = {
  readonly starts: number[]
  /** A verdict's number, or FIRST_CHAIN plus the place of the rules to ask among `chains`. */
  readonly leaves: number[]
  readonly chains: (readonly Rule[])[]
}

export const FIRST_CHAIN = 0x1_0000

/** The leaves of the numbers that are no call of the profile. */
export type Strangers = {
  /** Those of an ABI that is not in the profile. */
  readonly bad: number
  /** Those above the highest that the profile names; undefined where they get the default verdict as any other. */
  readonly newer: number | undefined
}

type Builder = Ranges & { readonly strangers: Strangers }

/** The ranges of one value of `arch`: of one architecture, or of x86_64 and x32, which share theirs. */
export function syscallRanges(group: readonly View[], strangers: Strangers): Ranges {
  const b: Builder = { starts: [], leaves: [], chains: [], strangers }
  const x64 = group.find(({ architecture }) => architecture.name === 'SCMP_ARCH_X86_64')
  const x32 = group.find(({ architecture }) => architecture.name === 'SCMP_ARCH_X32')
  if (x64 !== undefined || x32 !== undefined) amd64(b, x64, x32)
  else {
    extend(b, 0, DEFAULT)
    abi(b, group[0] as View)
  }
  return b
}

function amd64(b: Builder, x64: View | undefined, x32: View | undefined): void {
  const { bad } = b.strangers
  const other = x32 === undefined ? bad : DEFAULT
  extend(b, 0, x64 === undefined ? bad : DEFAULT)
  const newer = x64 && abi(b, x64)
  extend(b, X32_BIT, other)
  const newer32 = x32 && abi(b, x32)
  // The bit is clear again: too new for x86_64. Where that is nothing special all numbers from X32_BIT up are x32's, as
  // in libseccomp.
  extend(b, 2 * X32_BIT, newer ?? other)
  extend(b, 3 * X32_BIT, newer32 ?? other)
  // -1 is how a tracer has a call skipped (seccomp(2)), and no call of x32.
  if (x32 === undefined) extend(b, 0xffff_ffff, DEFAULT)
}

// The calls of an ABI, and the leaf of those above the highest that is named, if that is a special one.
function abi(b: Builder, view: View): number | undefined {
  const { leaves, architecture } = view
  const { abi, base, name } = architecture
  const calls = callsOf(abi)
  let end = calls.length
  while (end > 0 && leaves[calls.charCodeAt(end - 1)] === UNNAMED) end--
  const newest = end === 0 ? base - 1 : numberAt(end - 1, base)
  // As runc has it: nothing is newer than a profile that names no call, or only number 0.
  const newer = end > 0 && newest > 0 ? b.strangers.newer : undefined
  if (name.startsWith('SCMP_ARCH_S390') && newer !== undefined) {
    // Large numbers go by way of setup(2), 0, which is nobody's; those that the kernel does not know stay 0.
    extend(b, 0, newer)
    extend(b, 1, DEFAULT)
  }
  named(b, view, calls.slice(0, end))
  extend(b, newest + 1, newer ?? DEFAULT)
  return newer
}

function named(b: Builder, view: View, calls: string): void {
  const { leaves, architecture } = view
  for (let i = 0, before = DEFAULT; i < calls.length; i++) {
    const place = calls.charCodeAt(i)
    const leaf = leaves[place] as number
    if (leaf === before && leaf !== ASK) continue
    extend(b, numberAt(i, architecture.base), leaf === ASK ? ask(b, view, place) : leaf === UNNAMED ? DEFAULT : leaf)
    before = leaf
  }
}

function ask({ chains }: Builder, view: View, place: number): number {
  const rules = rulesAt(view, place)
  return typeof rules === 'number' ? rules : FIRST_CHAIN + chains.push(rules) - 1
}

function extend({ starts, leaves }: Builder, start: number, leaf: number): void {
  let size = starts.length
  // What was said of this number before was for the numbers after it.
  if (starts[size - 1] === start) {
    starts.length = --size
    leaves.length = size
  }
  if (leaves[size - 1] === leaf) return
  starts[size] = start
  leaves[size] = leaf
}
