import { commands, type EarlyVerb, globals, type Verb } from './commands.ts'
import { execRow } from './exec.ts'
import { laterRow } from './later.ts'
import { type CommandLine, listOf } from './line.ts'
import type { CommandRow, Flags, Values } from './row.ts'

export type { CommandLine } from './line.ts'
export type { Values } from './row.ts'

/**
 * Parses command lines as the engines write them: `--flag value`, `--flag=value`, `-f value`, and long flags with one dash;
 * flags before and after the words; of a repeated flag the last one counts. undefined for anything else, right or wrong:
 * full_parser.ts parses that.
 */
export function parse(args: readonly string[]): CommandLine | undefined {
  const line = { verb: undefined as Verb | undefined, words: [] as string[], flags: {}, globals: {} }
  let row: CommandRow | undefined
  let flagsEnded = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--' && !flagsEnded) flagsEnded = true
    else if (isFlag(arg) && !flagsEnded) {
      const used =
        row === undefined
          ? take(args, i, { known: globals, values: line.globals })
          : take(args, i, { known: row.flags, values: line.flags })
      if (used === 0) return undefined
      i += used - 1
    } else if (row !== undefined) {
      line.words.push(arg)
      if (row.program === true) flagsEnded = true
    } else {
      row = isEarly(arg) ? commands[arg] : arg === 'exec' ? execRow() : laterRow(arg)
      if (row === undefined) return undefined
      line.verb = arg as Verb
    }
  }
  const { verb } = line
  if (verb === undefined || row === undefined || isAside(verb, line.globals)) return undefined
  const { min, max } = row
  return line.words.length >= min && line.words.length <= max ? { ...line, verb } : undefined
}

/** The flags before the command, up to the first that cannot be parsed, and the words after them. */
export function leading(args: readonly string[]): {
  readonly values: Readonly<Values>
  readonly rest: readonly string[]
} {
  const values: Values = {}
  let i = 0
  while (i < args.length && isFlag(args[i] ?? '')) {
    const used = take(args, i, { known: globals, values })
    if (used === 0) break
    i += used
  }
  return { values, rest: args.slice(i) }
}

/** Whether a command is in the hot table, and not in later_commands.ts. */
export const isEarly = (word: string): word is EarlyVerb => Object.hasOwn(commands, word)

const isFlag = (arg: string) => arg.length > 1 && arg.charCodeAt(0) === 0x2d
const isAside = (verb: Verb, values: Values) => verb === 'help' || values.help === true || values.version === true

type Place = { readonly known: Flags; readonly values: Values }

// How many arguments the flag at `i` takes, itself included; 0 if it is not known here.
function take(args: readonly string[], i: number, { known, values }: Place): 0 | 1 | 2 {
  const arg = args[i] as string
  const equals = arg.indexOf('=')
  const given = arg.slice(arg.startsWith('--') ? 2 : 1, equals < 0 ? arg.length : equals)
  const name = Object.hasOwn(known, given) ? given : nameOfShort(given, known)
  const flag = name === undefined ? undefined : known[name]
  if (name === undefined || flag === undefined) return 0
  if (flag.argument !== undefined) {
    const value = equals < 0 ? args[i + 1] : arg.slice(equals + 1)
    if (value === undefined) return 0
    values[name] = flag.many === true ? [...listOf(values[name]), value] : value
    return equals < 0 ? 2 : 1
  }
  const word = equals < 0 ? 'true' : arg.slice(equals + 1)
  if (word !== 'true' && word !== 'false') return 0
  values[name] = word === 'true' ? true : undefined
  return 1
}

function nameOfShort(short: string, known: Flags): string | undefined {
  for (const name in known) if (known[name]?.short === short) return name
  return undefined
}
