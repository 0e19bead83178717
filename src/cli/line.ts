import { absolutePath } from '../machine/root.ts'
import type { Native } from '../native/table.ts'
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

/** What a flag was given; an engine may give a flag for which it has no value, and that is as none. */
export const textOf = (value: Values[string]): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The path that a flag was given, absolute. */
export function pathOf(native: Native, value: Values[string]): string | undefined {
  const path = textOf(value)
  return path === undefined ? undefined : absolutePath(native, path)
}
