import { printDifferences } from './diff.ts'
import { printFindings } from './doctor.ts'
import type { CommandLine } from './line.ts'
import { printPlan } from './plan.ts'
import type { CommandRuntime } from './runtime.ts'

// What explains and compares, for people: in the static binary a module of its own, loaded when one of these commands is asked for, or when
// words go to a terminal that has colours.
export { painted } from './colours.ts'

/** Carries out a command line of one of them; the exit code. */
export function teach(runtime: CommandRuntime, line: CommandLine): number {
  const [a = '', b = ''] = line.words
  if (line.verb === 'diff') return printDifferences(runtime, { a, b, line })
  return line.verb === 'doctor' ? printFindings(runtime, line) : printPlan(runtime, line)
}
