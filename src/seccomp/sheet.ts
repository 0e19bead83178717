import { PASSED } from '../kernel/syscalls.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Rule } from './chain.ts'
import type { Verdict } from './verdict.ts'

/** What a profile says of calls, whatever the architecture: the entries of `syscalls` as they are read. */
export type Sheet = {
  /** By name: the place of a call in the list of all. */
  readonly places: ReadonlyMap<string, number>
  /** By place: which of the verdicts a call gets, or UNNAMED, or ASK. */
  readonly leaves: Uint16Array
  /** By place: the rules of the calls whose leaf is ASK. */
  readonly rules: Map<number, Rule[]>
  /** The rules of calls that some ABIs pass through another one. */
  readonly passed: { readonly place: number; readonly rule: Rule }[]
  /** By leaf. The first two are the default. */
  readonly verdicts: Verdict[]
  readonly faults: Fault[]
}

/** The leaf of the calls that the profile does not name. */
export const UNNAMED = 0
/** The leaf of those that it names only to give them the default verdict. */
export const DEFAULT = 1
/** The leaf of those whose arguments decide. */
export const ASK = 0xffff

export function sheet(places: ReadonlyMap<string, number>, byDefault: Verdict): Sheet {
  const leaves = new Uint16Array(places.size + 1)
  return { places, leaves, rules: new Map(), passed: [], verdicts: [byDefault, byDefault], faults: [] }
}

/** The leaf of a verdict. */
export function leafOf(verdicts: Verdict[], value: Verdict): number {
  const leaf = verdicts.indexOf(value, DEFAULT)
  return leaf >= 0 ? leaf : verdicts.push(value) - 1
}

/** Puts down a rule for the call at a place. */
export function put(sheet: Sheet, place: number, rule: Rule): void {
  const { leaves, rules, passed } = sheet
  const now = leaves[place] as number
  if (rule.leaf === DEFAULT) {
    if (now === UNNAMED) leaves[place] = DEFAULT
    return
  }
  if (place <= PASSED) passed.push({ place, rule })
  // The first verdict without conditions stands, and rules with conditions fall, before it or after, as they do in
  // libseccomp.
  if (now > DEFAULT && now !== ASK) return
  if (now !== ASK && rule.conditions.length === 0) {
    leaves[place] = rule.leaf
    return
  }
  leaves[place] = ASK
  const list = rules.get(place)
  if (list === undefined) rules.set(place, [rule])
  else list.push(rule)
}
