import { callsOf, numberAt } from '../kernel/syscalls.ts'
import { X32_BIT } from './architectures.ts'
import type { Rule } from './chain.ts'
import { ASK, DEFAULT, UNNAMED } from './sheet.ts'
import { rulesAt, type View } from './view.ts'

/** The numbers from 0 to 2³² - 1 as ranges that share a leaf: the first number of each, ascending, and its leaf. */
export type Ranges = {
  readonly starts: number[]
  /** The index of a verdict, or FIRST_CHAIN plus the index of the rules in `chains`. */
  readonly leaves: number[]
  readonly chains: (readonly Rule[])[]
}

export const FIRST_CHAIN = 0x1_0000

/** The leaves of the numbers that the profile does not name. */
export type Strangers = {
  /** Numbers of an ABI that is not in the profile. */
  readonly bad: number
  /** Numbers above the highest in the profile; undefined if they get the default verdict like all others. */
  readonly newer: number | undefined
}

type Builder = Ranges & { readonly strangers: Strangers }

/** The ranges for one value of `arch`: that of one architecture, or of x86_64 and x32, which share it. */
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
  // Numbers above those of x32, without its bit, are too new for x86_64. If new calls get no verdict of their own, all numbers from X32_BIT up
  // count as x32, as in libseccomp.
  extend(b, 2 * X32_BIT, newer ?? other)
  extend(b, 3 * X32_BIT, newer32 ?? other)
  // -1 is the number by which a tracer skips a call (seccomp(2)), not one of x32.
  if (x32 === undefined) extend(b, 0xffff_ffff, DEFAULT)
}

// The calls of an ABI, then the leaf for numbers above the highest in the profile, if that is not the default.
function abi(b: Builder, view: View): number | undefined {
  const { leaves, architecture } = view
  const { abi, base, name } = architecture
  const calls = callsOf(abi)
  let end = calls.length
  while (end > 0 && leaves[calls.charCodeAt(end - 1)] === UNNAMED) end--
  const newest = end === 0 ? base - 1 : numberAt(end - 1, base)
  // As in runc: if a profile names no call, or only number 0, no call counts as newer than it.
  const newer = end > 0 && newest > 0 ? b.strangers.newer : undefined
  if (name.startsWith('SCMP_ARCH_S390') && newer !== undefined) {
    // Large numbers come after setup(2), number 0, which nobody uses; the entry for a call that the kernel does not know stays 0.
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
  // An earlier range that begins at this number is replaced by this one, and begins after it.
  if (starts[size - 1] === start) {
    starts.length = --size
    leaves.length = size
  }
  if (leaves[size - 1] === leaf) return
  starts[size] = start
  leaves[size] = leaf
}
