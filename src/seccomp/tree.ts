import { JEQ, JGE, jump, type Label, type Program, ret } from './assembler.ts'
import { match } from './match.ts'
import { FIRST_CHAIN, type Ranges } from './ranges.ts'
import { DEFAULT } from './sheet.ts'
import type { Verdict } from './verdict.ts'

/**
 * Writes the decision for the number in A: a binary search over the ranges, whose leaves are verdicts or rules for
 * arguments.
 */
export function tree(p: Program, { starts, leaves, chains }: Ranges, verdicts: readonly Verdict[]): Label {
  const leaf = (range: number): Label => {
    const leaf = leaves[range] as number
    if (leaf < FIRST_CHAIN) return ret(p, verdicts[leaf] as Verdict)
    return match(p, chains[leaf - FIRST_CHAIN] ?? [], ret(p, verdicts[DEFAULT] as Verdict))
  }
  const search = (first: number, last: number): Label => {
    if (first === last) return leaf(first)
    const k = starts[first + 1] as number
    // A range of one number between two ranges of the same leaf.
    if (last - first === 2 && leaves[first] === leaves[last] && starts[last] === k + 1) {
      return jump(p, JEQ, k, leaf(first + 1), leaf(first))
    }
    const middle = (first + last + 1) >> 1
    const yes = search(middle, last)
    return jump(p, JGE, starts[middle] as number, yes, search(first, middle - 1))
  }
  return search(0, starts.length - 1)
}
