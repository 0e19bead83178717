import type { Verb } from './commands.ts'
import type { Values } from './row.ts'

/** A command line: the flags before the command and those after it by their long names, a switch as `true`. */
export type CommandLine = {
  readonly verb: Verb
  readonly words: readonly string[]
  readonly flags: Readonly<Values>
  readonly globals: Readonly<Values>
}

/** What a flag was given, that may be given several times. */
export const listOf = (value: Values[string]): readonly string[] => (Array.isArray(value) ? value : [])
