import yargs from 'yargs'
import { allCommands } from './all_commands.ts'
import { globals, type Verb } from './commands.ts'
import type { Flags } from './row.ts'
import { longName, nameOf, type Wrong, wrong, wrongFlag } from './usage_message.ts'

/** The words of a command line, the command first, and its flags by their long names. */
type Argv = { readonly _: readonly unknown[]; readonly [flag: string]: unknown }

/** Parses the command line of a known command with yargs. Flags of the runtime may also come after the command. */
export function readLine(args: readonly string[], verb: Verb): { readonly argv: Argv } | Wrong {
  const flags: Flags = { ...globals, ...allCommands[verb].flags }
  const plain = plainly(args, flags, allCommands[verb].program === true)
  if ('not' in plain) return wrongFlag(plain.not, flags, verb)
  let read: { readonly argv: Argv } | Wrong = wrong('no command')
  parser(flags).parse(plain.args, {}, (error, argv) => {
    read = error ? wrongFlag(`-${nameIn(error.message)}`, flags, verb) : { argv }
  })
  return read
}

/**
 * Engines written in Go give long flags one dash (`-no-subreaper`), which to yargs would be bundled letters; they take any argument
 * for the value of a flag, and several words for a truth. Here each flag gets two dashes and its value after `=`. `program`: flags end at the
 * first word after the command.
 */
function plainly(
  args: readonly string[],
  flags: Flags,
  program: boolean,
): { readonly args: string[] } | { readonly not: string } {
  const plain: string[] = []
  let words = 0
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--') return { args: [...plain, ...args.slice(i)] }
    const name = isFlag(arg) ? longName(nameOf(arg), flags) : undefined
    const value = arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : undefined
    if (name === undefined) {
      const not = isFlag(arg) ? unknownIn(arg, flags) : undefined
      if (not !== undefined) return { not }
      plain.push(arg)
      if (isFlag(arg) && wantsMore(arg, flags)) plain.push(...args.slice(i + 1, ++i + 1))
      else if (program && !isFlag(arg) && ++words === 2) return { args: [...plain, '--', ...args.slice(i + 1)] }
    } else if (flags[name]?.argument === undefined) {
      const truth = value ?? 'true'
      if (!yes.includes(truth) && !no.includes(truth)) return { not: arg }
      plain.push(`--${name}=${yes.includes(truth)}`)
    } else {
      const given = value ?? args[++i]
      if (given === undefined) return { not: arg }
      plain.push(`--${name}=${given}`)
    }
  }
  return { args: plain }
}

const yes = ['true', 't', 'T', 'TRUE', 'True', '1']
const no = ['false', 'f', 'F', 'FALSE', 'False', '0']

const isFlag = (arg: string) => arg.startsWith('-') && arg.length > 1

// What is no flag among bundled letters, of which one that takes a value ends the bundle; undefined: all are.
function unknownIn(arg: string, flags: Flags): string | undefined {
  if (arg.startsWith('--')) return arg
  for (const letter of arg.slice(1)) {
    const name = longName(letter, flags)
    if (name === undefined) return arg.startsWith(`-${letter}`) ? arg : `-${letter}`
    if (flags[name]?.argument !== undefined) return undefined
  }
  return undefined
}

// Of bundled letters only the last may have its value in the next word.
function wantsMore(arg: string, flags: Flags): boolean {
  const takes = (letter: string) => flags[longName(letter, flags) ?? '']?.argument !== undefined
  return [...arg.slice(1)].findIndex(takes) === arg.length - 2
}

// `Not enough arguments following: f`, as of bundled letters: all else has been seen to.
const nameIn = (complaint: string) => complaint.slice(complaint.lastIndexOf(' ') + 1)

const parser = (flags: Flags) =>
  yargs([])
    .locale('en')
    .exitProcess(false)
    .help(false)
    .version(false)
    .showHelpOnFail(false)
    .strictOptions()
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .options(options(flags))

function options(flags: Flags) {
  const found: Record<string, import('yargs').Options> = {}
  for (const [name, { argument, short, many }] of Object.entries(flags))
    found[name] = {
      ...(short === undefined ? {} : { alias: short }),
      ...(many === true ? { array: true } : {}),
      ...(argument === undefined ? { boolean: true } : { string: true, requiresArg: true }),
    }
  return found
}
