import { PASSED } from '../kernel/syscalls.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Rule } from './chain.ts'
import type { Verdict } from './verdict.ts'

/** The content of a profile independent of the architecture: the entries of `syscalls` in the order in which they were read. */
export type Sheet = {
  /** The index of each call, by its name. */
  readonly places: ReadonlyMap<string, number>
  /** By that index: the verdict of a call, or UNNAMED, or ASK. */
  readonly leaves: Uint16Array
  /** By that index: the rules of calls whose leaf is ASK. */
  readonly rules: Map<number, Rule[]>
  /** The rules of calls for which some ABIs use another call (socketcall, ipc). */
  readonly passed: { readonly place: number; readonly rule: Rule }[]
  /** The verdict of each leaf. The first two are the default. */
  readonly verdicts: Verdict[]
  readonly faults: Fault[]
}

/** The leaf of calls that the profile does not name. */
export const UNNAMED = 0
/** The leaf of calls that it names, with the default verdict. */
export const DEFAULT = 1
/** The leaf of calls whose verdict depends on arguments. */
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

/** Adds a rule for the call with this index. */
export function put(sheet: Sheet, place: number, rule: Rule): void {
  const { leaves, rules, passed } = sheet
  const now = leaves[place] as number
  if (rule.leaf === DEFAULT) {
    if (now === UNNAMED) leaves[place] = DEFAULT
    return
  }
  if (place <= PASSED) passed.push({ place, rule })
  // The first verdict without conditions holds, and rules with conditions have no effect, before it or after it, as in
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
