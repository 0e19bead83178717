import { type Condition, keyOf, order } from './condition.ts'
import type { Verdict } from './verdict.ts'

/** A verdict for calls whose arguments meet all conditions. */
export type Rule = {
  /** Sorted by argument; at most one for each. */
  readonly conditions: readonly Condition[]
  readonly verdict: Verdict
  /** The index of the verdict in the filter's list of verdicts. */
  readonly leaf: number
  /** The index of its entry in `syscalls`. */
  readonly entry: number
}

/** Two rules that contradict each other: different verdicts under the same conditions. */
export type Conflict = { readonly conflict: readonly [Rule, Rule] }

/**
 * The rules of one call in the order in which they are tried. If rules overlap, the order is libseccomp's, so that a filter
 * means the same as under runc: a tree of conditions with a level for each argument, each level sorted by `order`, then as in
 * the profile. A rule hides the rules that begin with all its conditions.
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
    for (const rule of found) tried.push(rule)
  }
  return tried
}

// Groups of rules with the same condition at this depth, in the order of these conditions. All of the rules reach this depth.
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
