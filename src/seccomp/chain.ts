import { type Condition, keyOf, order } from './condition.ts'
import type { Verdict } from './verdict.ts'

/** A verdict for the calls whose arguments meet all conditions. */
export type Rule = {
  /** By argument, one for each at most. */
  readonly conditions: readonly Condition[]
  readonly verdict: Verdict
  /** The place of the verdict among all of the filter. */
  readonly leaf: number
  /** Its entry of `syscalls`. */
  readonly entry: number
}

/** Two rules that ask for different verdicts under the same conditions, and so cannot both be. */
export type Conflict = { readonly conflict: readonly [Rule, Rule] }

/**
 * The rules of one call in the order in which they are tried. Where they do not agree it is libseccomp's, so that a
 * filter means what it means under runc: a tree of conditions, one level an argument, each level in `order`, and as the
 * profile has it where that leaves it open. A rule hides those that begin with all its conditions.
 */
export function chain(rules: readonly Rule[]): readonly Rule[] | Conflict {
  return rules.every(({ leaf }) => leaf === rules[0]?.leaf) ? rules : branch(rules, 0)
}

function branch(rules: readonly Rule[], depth: number): readonly Rule[] | Conflict {
  const [done, ...more] = rules.filter(({ conditions }) => conditions.length === depth)
  if (done !== undefined) {
    const other = more.find(({ verdict }) => verdict !== done.verdict)
    return other === undefined ? [done] : { conflict: [done, other] }
  }
  const tried: Rule[] = []
  for (const group of groups(rules, depth)) {
    const found = branch(group, depth + 1)
    if ('conflict' in found) return found
    tried.push(...found)
  }
  return tried
}

// The rules that share the condition at this depth, in the order of these conditions; none of the rules ends before.
function groups(rules: readonly Rule[], depth: number): readonly (readonly Rule[])[] {
  const found = new Map<string, Rule[]>()
  const of = (rule: Rule | undefined) => rule?.conditions[depth] as Condition
  for (const rule of rules) {
    const key = keyOf(of(rule))
    const group = found.get(key)
    if (group === undefined) found.set(key, [rule])
    else group.push(rule)
  }
  return [...found.values()].sort(([a], [b]) => order(of(a), of(b)))
}
