import yargs from 'yargs'
import { isVerb, type Line, leading, type Values } from './parse.ts'
import { commands, type Flags, globals, type Row, type Verb } from './table.ts'
import { versionText } from './version.ts'

/** A command line that parse.ts did not take: it is right after all, or asks for help, or is wrong. */
export type Read =
  | { readonly line: Line }
  | { readonly help: string }
  | { readonly wrong: string; readonly help: string; readonly code: number }

/** Reads any command line, with yargs: flags of the runtime behind the command, bundled letters, help, and what is wrong. */
export function unusual(args: readonly string[]): Read {
  let read = wrong('no command')
  parser().parse(args.map(twoDashes), {}, (error, argv, output) => {
    if (error) read = wrong(blame(args, error.message))
    else if (output !== '') read = { help: `${output}\n` }
    else read = check(argv._.map(String), argv)
  })
  return 'wrong' in read ? { ...read, help: helpOf(args) } : read
}

// yargs looks at flags before it looks at the command, and is silent on the command when it makes a guess.
function blame(args: readonly string[], message: string): string {
  const [word] = leading(args).rest
  if (word === undefined || word.startsWith('-') || isVerb(word)) return message
  const unknown = `unknown command ${JSON.stringify(word)}`
  return message.startsWith('Did you mean') ? `${unknown}. ${message}` : unknown
}

const wrong = (words: string, code = 1): Read => ({ wrong: words, help: '', code })

// Engines written in Go give long flags one dash (`-no-subreaper`); to yargs these would be bundled letters.
function twoDashes(arg: string): string {
  const equals = arg.indexOf('=')
  const name = arg.slice(1, equals < 0 ? arg.length : equals)
  return arg.startsWith('-') && name.length > 1 && longNames().has(name) ? `-${arg}` : arg
}

function longNames(): Set<string> {
  return new Set(
    Object.values<Row>(commands)
      .flatMap(({ flags }) => Object.keys(flags))
      .concat(Object.keys(globals)),
  )
}

function check([verb, ...words]: readonly string[], values: Readonly<Record<string, unknown>>): Read {
  if (verb === undefined) return wrong('no command')
  if (verb === 'help') return helpFor(words[0])
  if (!isVerb(verb)) return wrong(`unknown command ${JSON.stringify(verb)}`)
  const { least, most }: Row = commands[verb]
  const count = least === most ? 'exactly' : words.length < least ? 'at least' : 'at most'
  if (words.length < least || words.length > most) {
    return wrong(`${JSON.stringify(verb)} requires ${count} ${words.length < least ? least : most} argument(s)`)
  }
  return { line: { verb, words, flags: pick(values, commands[verb].flags), globals: pick(values, globals) } }
}

function pick(values: Readonly<Record<string, unknown>>, flags: Flags): Values {
  const picked: Values = {}
  for (const name of Object.keys(flags)) {
    const value = values[name]
    if (typeof value === 'string' || value === true) picked[name] = value
  }
  return picked
}

function helpFor(verb: string | undefined): Read {
  if (verb !== undefined && !isVerb(verb)) return wrong(`No help topic for '${verb}'`, 3)
  return { help: helpOf(verb === undefined ? [] : [verb]) }
}

// The help of the command that is named among the arguments, or the general one.
function helpOf(args: readonly string[]): string {
  const verb = args.find(isVerb)
  let help = ''
  parser().parse(verb === undefined || verb === 'help' ? ['--help'] : [verb, '--help'], {}, (_error, _argv, output) => {
    help = `${output}\n`
  })
  return help
}

const always = 'Options of every command:'

function parser() {
  const all = yargs([])
    .scriptName('ocits')
    .usage('$0 [flags] COMMAND ...\n\nAn OCI container runtime.')
    .locale('en')
    .wrap(100)
    .exitProcess(false)
    .strictOptions()
    .recommendCommands()
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .help('help', globals.help.says)
    .alias('help', 'h')
    .version('version', globals.version.says, versionText())
    .alias('version', 'v')
    .group(['help', 'version'], always)
    .options(options(globals, true))
  for (const verb of Object.keys(commands) as Verb[]) {
    const { says, takes, flags }: Row = commands[verb]
    all.command(verb, says, (one) => one.usage(`$0 ${verb} ${takes}\n\n${says}`).options(options(flags, false)))
  }
  return all
}

function options(flags: Flags, global: boolean) {
  const found: Record<string, import('yargs').Options> = {}
  for (const [name, { says, takes, short, hidden }] of Object.entries(flags)) {
    if (name === 'help' || name === 'version') continue
    found[name] = {
      describe: takes === undefined ? says : `${says} [${takes}]`,
      global,
      group: global ? always : 'Options:',
      hidden: hidden === true,
      ...(short === undefined ? {} : { alias: short }),
      ...(takes === undefined ? { boolean: true } : { string: true, requiresArg: true }),
    }
  }
  return found
}
