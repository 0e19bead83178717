import { mkdirSync, writeFileSync } from 'node:fs'
import { allCommands, verbs } from '../../src/cli/all_commands.ts'
import { globals, type Verb } from '../../src/cli/commands.ts'
import { examples } from '../../src/cli/help.ts'
import type { Flags } from '../../src/cli/row.ts'
import { version } from '../../src/cli/version.ts'

// The manual pages, from the same table of commands as the help: man(7) macros, in section 8, for the administrator.

const folder = 'dist/man/man8'

/** The date of the version: a page must have a date, and the current date would change with each build. */
const date = '2026-11-30'

/** The text of each page by its name: `ocits`, and for a command for example `ocits-create`. */
export function manPages(): ReadonlyMap<string, string> {
  const pages = new Map([['ocits', overview()]])
  for (const verb of verbs) pages.set(`ocits-${verb}`, page(verb))
  return pages
}

/** Writes dist/man/man8: one file for each page. */
export async function man(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of manPages()) writeFileSync(`${folder}/${name}.8`, text)
}

/** Exit codes with a special meaning, by command. */
const status: Readonly<Partial<Record<Verb, readonly (readonly [code: string, meaning: string])[]>>> = {
  run: [
    ['0-255', 'The exit status of the program, 128 + N if signal N has ended it; with --detach, 0.'],
    ['124', 'The time of --timeout was over.'],
    ['1', 'The container was not made; the message says why.'],
  ],
  exec: [
    ['0-255', 'The exit status of the program, 128 + N if signal N has ended it; with --detach, 0.'],
    ['124', 'The time of --timeout was over.'],
    ['255', 'The program was not started; the message begins with "exec failed".'],
  ],
  plan: [['1', 'A failure; with --against, the two are not the same, and 2 is a failure.']],
  diff: [
    ['0', 'Both do the same.'],
    ['1', 'They do not.'],
    ['2', 'A failure; the message is on stderr, and in the log where there is one.'],
  ],
  doctor: [['1', 'Something that is needed is missing, or a failure.']],
  ns: [['1', 'A failure; or what diff compares is not all shared.']],
  enter: [
    ['0-255', 'The exit status of the program, 128 + N if signal N has ended it.'],
    ['126', 'The program may not be executed.'],
    ['127', 'There is no such program.'],
    ['1', 'The program was not started for another reason; the message says why.'],
  ],
  unshare: [
    ['0-255', 'The exit status of the program, 128 + N if signal N has ended it.'],
    ['126', 'The program may not be executed.'],
    ['127', 'There is no such program.'],
    ['1', 'The program was not started for another reason; the message says why.'],
  ],
  validate: [['1', 'There is a fault; with --strict, or a warning.']],
  help: [['3', 'There is no such command.']],
}

const overview = (): string =>
  joined([
    heading('OCITS'),
    section('NAME', ['ocits \\- run OCI containers']),
    section('SYNOPSIS', ['.B ocits', '[\\fIFLAGS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]']),
    section('DESCRIPTION', [
      text(
        'A runtime for OCI containers that says what it is going to do. It reads a bundle: a folder with a config.json and a root file system.',
      ),
      text('It is the low-level runtime of podman, docker and containerd, and runs bundles by itself.'),
    ]),
    section(
      'COMMANDS',
      verbs.flatMap((verb) => term(`\\fBocits\\-${escaped(verb)}\\fR(8)`, allCommands[verb].description)),
    ),
    section('FLAGS', [
      'These stand before the command.',
      'Of one that is repeated, the last counts.',
      ...flags(globals),
    ]),
    section('FILES', [
      ...term('\\fI/run/ocits\\fR', 'the state of containers, of root'),
      ...term('\\fI$XDG_RUNTIME_DIR/ocits\\fR', 'the state of containers, of other users'),
    ]),
    section('EXIT STATUS', statusLines([])),
    section('SEE ALSO', [
      `${verbs.map((verb) => `.BR ocits\\-${escaped(verb)} (8)`).join(',\n')},\n.BR crun (1),\n.BR runc (8)`,
    ]),
  ])

function page(verb: Verb): string {
  const { description, argument, flags: own } = allCommands[verb]
  const visible = Object.values(own).some(({ hidden }) => hidden !== true)
  const lines = examples[verb] ?? []
  return joined([
    heading(`OCITS-${verb.toUpperCase()}`),
    section('NAME', [`ocits\\-${escaped(verb)} \\- ${escaped(description)}`]),
    section('SYNOPSIS', [
      `.B ocits ${escaped(verb)}`,
      ...(visible ? ['[\\fIFLAGS\\fR]'] : []),
      ...(argument === '' ? [] : [`\\fI${escaped(argument)}\\fR`]),
    ]),
    section('DESCRIPTION', [text(sentence(description)), 'The flags of every command are in', '.BR ocits (8).']),
    ...(visible ? [section('FLAGS', flags(own))] : []),
    section('EXIT STATUS', statusLines(status[verb] ?? [])),
    ...(lines.length === 0 ? [] : [section('EXAMPLES', ['.EX', ...lines.map(text), '.EE'])]),
    section('SEE ALSO', ['.BR ocits (8)']),
  ])
}

const heading = (title: string) => `.TH ${escaped(title)} 8 ${date} "ocits ${version}" "System Administration"`
const section = (name: string, lines: readonly string[]) => [`.SH ${name}`, ...lines].join('\n')
const joined = (parts: readonly string[]) => `${parts.join('\n')}\n`
const term = (name: string, description: string) => ['.TP', name, text(sentence(description))]

function flags(all: Flags): string[] {
  return Object.entries(all)
    .filter(([, { hidden }]) => hidden !== true)
    .flatMap(([name, { short, argument, optional, description, many }]) => {
      const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`]
      const shown = names.map((each) => `\\fB${escaped(each)}\\fR`).join(', ')
      const value = argument === undefined ? '' : `\\fI${escaped(argument)}\\fR`
      const after = optional === true ? `[=${value}]` : value === '' ? '' : ` ${value}`
      return term(`${shown}${after}`, many === true ? `${description}; it may be given several times` : description)
    })
}

function statusLines(own: readonly (readonly [code: string, meaning: string])[]): string[] {
  const usual = [
    ['0', 'Success.'],
    ['1', 'A failure; the message is on stderr, and in the log where there is one.'],
  ] as const
  const all = own.some(([code]) => code.includes('-'))
    ? own
    : [...usual.filter(([code]) => !own.some(([each]) => each === code)), ...own]
  return all.flatMap(([code, meaning]) => term(`\\fB${escaped(code)}\\fR`, meaning))
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`

/** A line that begins with a dot or a quote would be a request. */
const text = (words: string) => `${/^[.']/.test(words) ? '\\&' : ''}${escaped(words)}`

const escaped = (words: string) => words.replaceAll('\\', '\\e').replaceAll('-', '\\-')
