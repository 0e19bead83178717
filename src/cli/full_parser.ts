import type { Native } from '../native/table.ts'
import { nearest } from '../spec/nearest.ts'
import { allCommands, isVerb, verbs } from './all_commands.ts'
import { globals, type Verb } from './commands.ts'
import { readGetopt } from './getopt.ts'
import { help } from './help.ts'
import { type CommandLine, leading, type Values } from './parse.ts'
import type { Flags } from './row.ts'
import { type Wrong, wrong, wrongFlag } from './usage_message.ts'
import { versionText } from './version.ts'
import { columnsOf } from './wrapped.ts'
import { readLine } from './yargs_parser.ts'

/** A command line that parse.ts did not take: it is right after all, or asks for a text, or is wrong. */
export type Parsed = { readonly line: CommandLine } | { readonly text: string } | Wrong

type Terminal = Pick<Native, 'env' | 'columns'>

/** Reads any command line. What comes first is looked at first: the flags before the command, the command, what follows it. */
export function parseFully(args: readonly string[], terminal: Terminal): Parsed {
  const { values, rest } = leading(args)
  const [word] = rest[0] === '--' ? rest.slice(1) : rest
  if (word?.startsWith('-')) return wrongFlag(word, globals)
  if (values.version === true) return { text: versionText() }
  if (word === undefined) return values.help === true ? helpOf(undefined, terminal) : wrong('no command')
  if (!isVerb(word)) return wrong(`unknown command ${JSON.stringify(word)}`, { meant: nearest(word, verbs) })
  if (allCommands[word].getopt !== undefined) return readTool(word, rest, { values, terminal })
  const read = readLine(args, word)
  if ('wrong' in read) return read
  const { _, version, help: helped, ...flags } = read.argv
  const words = _.slice(1).map(String)
  if (version === true) return { text: versionText() }
  if (helped === true) return helpOf(word, terminal)
  const miscounted = miscount(word, words)
  if (miscounted !== undefined) return miscounted
  if (word === 'help') return helpOf(words[0], terminal)
  return { line: { verb: word, words, flags: pick(flags, allCommands[word].flags), globals: pick(flags, globals) } }
}

type Tool = { readonly values: Values; readonly terminal: Terminal }

function readTool(verb: Verb, rest: readonly string[], { values, terminal }: Tool): Parsed {
  const read = readGetopt(rest.slice(rest.indexOf(verb) + 1), allCommands[verb], verb)
  if ('wrong' in read) return read
  const { words, flags } = read
  if (flags.version === true) return { text: versionText() }
  if (flags.help === true || values.help === true) return helpOf(verb, terminal)
  return miscount(verb, words) ?? { line: { verb, words, flags, globals: values } }
}

function helpOf(verb: string | undefined, terminal: Terminal): Parsed {
  if (verb !== undefined && !isVerb(verb)) return wrong(`No help topic for '${verb}'`, { code: 3 })
  return { text: help(verb, columnsOf(terminal)) }
}

function miscount(verb: Verb, words: readonly string[]): Wrong | undefined {
  const { argument, min, max } = allCommands[verb]
  if (words.length >= min && words.length <= max) return undefined
  const count = min === max ? 'exactly' : words.length < min ? 'at least' : 'at most'
  const number = words.length < min ? min : max
  return wrong(`"${verb}" requires ${count} ${number} argument(s)${argument === '' ? '' : `: ${argument}`}`, { verb })
}

function pick(values: Readonly<Record<string, unknown>>, flags: Flags): Values {
  const picked: Values = {}
  for (const name of Object.keys(flags)) {
    const all = values[name]
    const many = flags[name]?.many === true
    const value = Array.isArray(all) && !many ? all[all.length - 1] : all // the last wins
    if (typeof value === 'string' || value === true) picked[name] = value
    else if (Array.isArray(value)) picked[name] = value.map(String)
  }
  return picked
}
