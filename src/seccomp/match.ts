import { and, JEQ, JGE, JGT, JSET, jump, type Label, load, type Program, ret } from './assembler.ts'
import type { Rule } from './chain.ts'
import type { Condition } from './condition.ts'

/** Tries rules one after the other; `otherwise` is the target if none matches. */
export function match(p: Program, rules: readonly Rule[], otherwise: Label): Label {
  let label = otherwise
  for (let end = rules.length; end > 0; ) {
    const from = startOfValues(rules, end - 1)
    const last = rules[end - 1] as Rule
    label = from < end - 1 ? oneOf(p, rules.slice(from, end), label) : all(p, last, label)
    end = from
  }
  return label
}

function all(p: Program, { conditions, verdict }: Rule, otherwise: Label): Label {
  let label = ret(p, verdict)
  for (let i = conditions.length - 1; i >= 0; i--) {
    const c = conditions[i] as Condition
    label = holds(p, c, c.negated ? { yes: otherwise, no: label } : { yes: label, no: otherwise })
  }
  return label
}

/** The targets of a comparison. */
type Branch = { readonly yes: Label; readonly no: Label }
type Test = Branch & { readonly code: number; readonly k: number; readonly mask: number }

// An argument has 64 bits and a comparison 32, so the upper half decides, unless it is equal.
function holds(p: Program, c: Condition, { yes, no }: Branch): Label {
  const code = c.compare === 'equal' ? JEQ : c.compare === 'above' ? JGT : JGE
  const lower = c.lowMask === 0 ? yes : word(p, low(p, c.index), { code, k: c.low, mask: c.lowMask, yes, no })
  if (c.highMask === 0) return lower
  if (code === JEQ) return word(p, high(p, c.index), { code, k: c.high, mask: c.highMask, yes: lower, no })
  const equal = jump(p, JEQ, c.high, lower, no)
  jump(p, JGT, c.high, yes, equal)
  return load(p, high(p, c.index))
}

function word(p: Program, offset: number, { code, k, mask, yes, no }: Test): Label {
  if (mask === ALL) jump(p, code, k, yes, no)
  else if (k === 0) jump(p, JSET, mask, no, yes)
  else {
    jump(p, code, k, yes, no)
    and(p, mask)
  }
  return load(p, offset)
}

const ALL = 0xffff_ffff

// struct seccomp_data (linux/seccomp.h): nr, arch, instruction_pointer, args[6].
const low = (p: Program, index: number) => 16 + 8 * index + (p.bigEndian ? 4 : 0)
const high = (p: Program, index: number) => 16 + 8 * index + (p.bigEndian ? 0 : 4)

// For values of one argument with the same upper half and the same verdict, each word is loaded only once.
function oneOf(p: Program, rules: readonly Rule[], otherwise: Label): Label {
  const { conditions, verdict } = rules[0] as Rule
  const [first] = conditions as readonly [Condition]
  const yes = ret(p, verdict)
  let label = otherwise
  for (const { conditions } of rules) label = jump(p, JEQ, (conditions[0] as Condition).low, yes, label)
  load(p, low(p, first.index))
  if (first.highMask === 0) return p.size
  return word(p, high(p, first.index), { code: JEQ, k: first.high, mask: ALL, yes: p.size, no: otherwise })
}

// The index of the first in the run of such rules that ends with this one.
function startOfValues(rules: readonly Rule[], last: number): number {
  const end = rules[last] as Rule
  let from = last
  if (isValue(end)) while (from > 0 && isLike(rules[from - 1] as Rule, end)) from--
  return from
}

function isValue({ conditions: [c, second] }: Rule): boolean {
  if (c === undefined || second !== undefined || c.compare !== 'equal' || c.negated) return false
  return c.lowMask === ALL && (c.highMask === ALL || c.highMask === 0)
}

function isLike(a: Rule, b: Rule): boolean {
  const [c] = a.conditions as readonly [Condition]
  const [d] = b.conditions as readonly [Condition]
  return isValue(a) && a.verdict === b.verdict && c.index === d.index && c.high === d.high && c.highMask === d.highMask
}
