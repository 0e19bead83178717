import { nsFileNames } from '../kernel/ns_files.ts'
import { signalNames } from '../kernel/signals.ts'
import { cgroupManagers } from '../lifecycle/runtime.ts'
import { allCommands, verbs } from './all_commands.ts'
import { globals, type Verb } from './commands.ts'
import type { Flags } from './row.ts'

/** What can be put in a place of a command line: one of some words, the id of a container, or what has a name on disk. */
export type WordKind =
  | { readonly kind: 'words' | 'signals'; readonly words: readonly string[] }
  /** Of containers with one of these statuses; none: of all. `forced`: with --force of all, too. */
  | { readonly kind: 'ids'; readonly statuses: readonly string[]; readonly forced?: true }
  | { readonly kind: 'folder' | 'file' | 'nothing' }

export type Option = {
  /** With its dashes, and the short form after it where there is one. */
  readonly names: readonly string[]
  readonly description: string
  /** What it takes; undefined: it is a switch. */
  readonly value: WordKind | undefined
}

export type Command = {
  readonly verb: Verb
  readonly description: string
  readonly options: readonly Option[]
  /** Those names of its switches that take a value where they stand before the command. */
  readonly switches: readonly string[]
  /** Of its words, one after the other. */
  readonly places: readonly WordKind[]
  /** Whether the last place may be filled again and again. */
  readonly many: boolean
}

/** All that a script is made from. `options`: those before the command. */
export type All = { readonly commands: readonly Command[]; readonly options: readonly Option[] }

/** Of this runtime. */
export const all = (): All => ({ commands: verbs.map(command), options: optionsOf(globals) })

const words = (...words: string[]): WordKind => ({ kind: 'words', words })
const ids = (...statuses: string[]): WordKind => ({ kind: 'ids', statuses })
const [folder, file, nothing]: readonly WordKind[] = [{ kind: 'folder' }, { kind: 'file' }, { kind: 'nothing' }]

/** By the name of a flag: what it takes. */
const values: Readonly<Record<string, WordKind | undefined>> = {
  root: folder,
  log: file,
  'console-socket': file,
  'pidfd-socket': file,
  'log-format': words('text', 'json'),
  'cgroup-manager': words(...cgroupManagers),
  rootless: words('true', 'false', 'auto'),
  bundle: folder,
  'pid-file': file,
  format: words('table', 'json'),
  program: file,
  output: file,
  resources: file,
  process: file,
  exec: file,
  html: file,
  against: folder,
  interval: words('500ms', '1s', '5s', '1m'),
  type: words(...nsFileNames),
  target: ids('created', 'running', 'paused'),
  wd: folder,
  propagation: words('private', 'slave', 'shared', 'unchanged'),
  setgroups: words('allow', 'deny'),
  peer: ids('created', 'running', 'paused'),
  'image-path': folder,
  'work-path': folder,
  'parent-path': folder,
  'manage-cgroups-mode': words('soft', 'full', 'strict', 'ignore'),
  'empty-ns': words('network'),
  timeout: words('10s', '30s', '1m30s', '1h'),
}

/** The words after a command, where they are no folder of a bundle. Nobody can guess a new id. */
const places: Readonly<Partial<Record<Verb, readonly (WordKind | undefined)[]>>> = {
  create: [nothing, folder],
  run: [nothing, folder],
  start: [ids('created')],
  state: [ids()],
  exec: [ids('created', 'running'), nothing],
  kill: [ids('created', 'running', 'paused'), { kind: 'signals', words: signalNames() }],
  delete: [{ kind: 'ids', statuses: ['stopped', 'created'], forced: true }],
  pause: [ids('created', 'running')],
  ps: [ids('created', 'running', 'paused'), nothing],
  wait: [ids('created', 'running', 'paused', 'stopped')],
  update: [ids('created', 'running', 'paused')],
  mounts: [words('add', 'remove'), ids('created', 'running', 'paused'), file],
  resume: [ids('paused')],
  checkpoint: [ids('running', 'paused')],
  restore: [nothing],
  ns: [words('list', 'show', 'diff', 'pin', 'unpin'), ids('created', 'running', 'paused')],
  net: [words('list', 'show', 'add', 'remove'), ids('created', 'running', 'paused'), nothing],
  enter: [ids('created', 'running', 'paused'), file],
  unshare: [file],
  plan: [folder],
  diff: [folder, folder],
  doctor: [folder],
  validate: [folder],
  compile: [folder],
  completion: [words('bash', 'zsh', 'fish')],
  help: [words(...verbs)],
}

function command(verb: Verb): Command {
  const { description, flags, max } = allCommands[verb]
  const own = (places[verb] ?? []).filter((place) => place !== undefined)
  const options = optionsOf(flags)
  const switches = valued(optionsOf(globals)).filter((name) =>
    options.some(({ names, value }) => value === undefined && names.includes(name)),
  )
  return { verb, description, options, switches, places: own, many: max > own.length }
}

function optionsOf(flags: Flags): Option[] {
  return Object.entries(flags)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, { short, argument, optional, description }]) => ({
      names: [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
      description,
      value: argument === undefined || optional === true ? undefined : (values[name] ?? nothing),
    }))
}

/** The names of those options that take a value. */
export const valued = (options: readonly Option[]): string[] =>
  options.filter(({ value }) => value !== undefined).flatMap(({ names }) => names)

/** The ids of containers that `list` shows with one of the statuses in `$of`, or with any where that is empty; for awk. */
export const awkIds = `'NR > 1 && (of == "" || index(" " of " ", " " $3 " ")) { print $1 }'`
