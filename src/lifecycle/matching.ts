import { UsageError } from '../failure.ts'
import { allIds } from '../machine/store.ts'
import type { Runtime } from './runtime.ts'

/** The ids of containers that match one of the patterns: regular expressions, which match anywhere in an id unless they have `^` and `$`. */
export function idsMatching({ native, root }: Runtime, patterns: readonly string[]): string[] {
  const all = patterns.map(expression)
  return allIds(native, root).filter((id) => all.some((each) => each.test(id)))
}

function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch (error) {
    throw new UsageError(
      'ARGUMENT',
      `invalid regular expression ${JSON.stringify(pattern)}: ${(error as Error).message}`,
    )
  }
}
