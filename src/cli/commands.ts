/**
 * THE table of commands: what each one takes and which flags it has. The quick parser (parse.ts), the usual one
 * (full_parser.ts, with yargs), the help and the completion scripts all come from it.
 */
export type Flag = {
  readonly says: string
  /** What the flag takes, as the help prints it. A flag without it is a switch. */
  readonly takes?: string
  readonly short?: string
  readonly hidden?: true
}

export type Flags = Readonly<Record<string, Flag>>

export type Row = {
  readonly says: string
  /** The words after the command, as the help prints them, and how many of them there must be. */
  readonly takes: string
  readonly least: number
  readonly most: number
  readonly flags: Flags
}

const bundle = { bundle: { short: 'b', takes: 'DIR', says: 'the bundle: the folder with config.json (default: .)' } }

const pivot = {
  'no-pivot': { says: 'enter the root by move and chroot, for a root on a ramdisk' },
  'no-new-keyring': { says: 'keep the session keyring of the caller' },
}

const birth = {
  ...bundle,
  ...pivot,
  'pid-file': { takes: 'FILE', says: 'write the pid of the container there' },
  'preserve-fds': { takes: 'N', says: 'pass N more file descriptors on, from 3' },
  'console-socket': { takes: 'SOCKET', says: 'where the terminal is sent to', hidden: true },
} as const

const detach = { short: 'd', says: 'leave as soon as the container runs' }
const keep = { says: 'do not delete the container when it has ended' }
const format = { short: 'f', takes: 'FORMAT', says: 'table or json' }
const one = { takes: 'ID', least: 1, most: 1 }
const ofBundle = { takes: '[BUNDLE]', least: 0, most: 1 }

export const globals = {
  root: { takes: 'DIR', says: 'where the state of containers is kept' },
  log: { takes: 'FILE', says: 'append messages to this file' },
  'log-format': { takes: 'FORMAT', says: 'text or json' },
  debug: { says: 'log each step of each plan' },
  'systemd-cgroup': { says: '--cgroup-manager systemd, unless that says something else' },
  'cgroup-manager': { takes: 'MANAGER', says: 'who makes cgroups: cgroupfs (ocits), systemd, or disabled: nobody' },
  rootless: { takes: 'WHEN', says: 'go on without the cgroup rights that only root has: true, false or auto' },
  help: { short: 'h', says: 'this help' },
  version: { short: 'v', says: 'the version' },
} as const satisfies Flags

export const commands = {
  create: {
    says: 'make a container, up to the moment before its program',
    takes: 'ID [BUNDLE]',
    least: 1,
    most: 2,
    flags: birth,
  },
  start: { says: 'start the program of a created container', ...one, flags: {} },
  run: {
    says: 'create and start, and stay until the program ends',
    takes: 'ID [BUNDLE]',
    least: 1,
    most: 2,
    flags: {
      ...birth,
      detach,
      keep,
      program: { takes: 'FILE', says: 'run what `compile` made' },
      'no-subreaper': { says: 'nothing: this runtime is no subreaper', hidden: true },
    },
  },
  state: { says: 'print the state of a container as JSON', ...one, flags: {} },
  list: {
    says: 'list the containers',
    takes: '',
    least: 0,
    most: 0,
    flags: { format, quiet: { short: 'q', says: 'print nothing but the ids' } },
  },
  kill: {
    says: 'send a signal to a container (default: TERM)',
    takes: 'ID [SIGNAL]',
    least: 1,
    most: 2,
    flags: { all: { short: 'a', says: 'to all its processes', hidden: true } },
  },
  delete: {
    says: 'delete stopped containers',
    takes: 'ID...',
    least: 1,
    most: Number.POSITIVE_INFINITY,
    flags: { force: { short: 'f', says: 'kill what still runs; a container that does not exist is no error' } },
  },
  spec: {
    says: 'write a config.json to begin with',
    takes: '',
    least: 0,
    most: 0,
    flags: { ...bundle, rootless: { says: 'for a user without root rights' } },
  },
  plan: {
    says: 'print every step that create would take',
    ...ofBundle,
    flags: { ...bundle, ...pivot, json: { says: 'as JSON' }, run: { says: 'that `run` would take' }, detach, keep },
  },
  validate: {
    says: 'print every fault of a config.json',
    ...ofBundle,
    flags: { ...bundle, strict: { says: 'a warning is a fault: exit 1' } },
  },
  compile: {
    says: 'write the plan of `run` to a file, for `run --program`',
    ...ofBundle,
    flags: { ...bundle, ...pivot, output: { short: 'o', takes: 'FILE', says: 'the file' }, detach, keep },
  },
  features: { says: 'print what this runtime can do, as JSON', takes: '', least: 0, most: 0, flags: {} },
  completion: { takes: 'SHELL', says: 'print a completion script: bash, zsh or fish', least: 1, most: 1, flags: {} },
  help: { says: 'print the help of a command', takes: '[COMMAND]', least: 0, most: 1, flags: {} },
} as const satisfies Record<string, Row>

export type Verb = keyof typeof commands
