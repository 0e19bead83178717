import type { LaterVerb } from './later_commands.ts'
import type { NamespaceVerb } from './namespace_commands.ts'
import type { CommandRow, Flags } from './row.ts'

/**
 * THE table of commands: what each one takes and which flags it has. The quick parser (parse.ts), the usual one
 * (full_parser.ts, with yargs), the help and the completion scripts all come from it. The rest of it is in
 * later_commands.ts, teacher_commands.ts and exec_command.ts.
 */
export const bundle = {
  bundle: { short: 'b', argument: 'DIR', description: 'the bundle: the folder with config.json (default: .)' },
}

export const pivot = {
  'no-pivot': { description: 'enter the root by move and chroot, for a root on a ramdisk' },
  'no-new-keyring': { description: 'keep the session keyring of the caller' },
}

export const terminal = {
  'console-socket': { argument: 'SOCKET', description: 'send the terminal of the process to who listens there' },
}

const birth = {
  ...bundle,
  ...pivot,
  'pid-file': { argument: 'FILE', description: 'write the pid of the container there' },
  'pidfd-socket': { argument: 'SOCKET', description: 'send a pidfd of the container to who listens there' },
  'preserve-fds': { argument: 'N', description: 'pass N more file descriptors on, from 3' },
  ...terminal,
} as const

const regex = { short: 'r', description: 'ID is a regular expression: of all whose id it matches' }
const detach = { short: 'd', description: 'leave as soon as the container runs' }
const keep = { description: 'do not delete the container when it has ended' }
export const ofRun = { detach, keep }
export const timeout = {
  argument: 'DURATION',
  description: 'end the program after this time, as 1m30s, with exit code 124',
}
const format = { short: 'f', argument: 'FORMAT', description: 'table or json' }
const one = { argument: 'ID', min: 1, max: 1 }
export const ofBundle = { argument: '[BUNDLE]', min: 0, max: 1 }

export const globals = {
  root: { argument: 'DIR', description: 'where the state of containers is kept' },
  log: { argument: 'FILE', description: 'append messages to this file' },
  'log-format': { argument: 'FORMAT', description: 'text or json' },
  debug: { description: 'log each step of each plan' },
  'systemd-cgroup': { description: '--cgroup-manager systemd, unless that says something else' },
  'cgroup-manager': {
    argument: 'MANAGER',
    description: 'who makes cgroups: cgroupfs (ocits), systemd, or disabled: nobody',
  },
  rootless: {
    argument: 'WHEN',
    description: 'go on without the cgroup rights that only root has: true, false or auto',
  },
  help: { short: 'h', description: 'this help' },
  version: { short: 'v', description: 'the version' },
} as const satisfies Flags

export const commands = {
  create: {
    description: 'make a container, up to the moment before its program',
    argument: 'ID [BUNDLE]',
    min: 1,
    max: 2,
    flags: birth,
  },
  start: { description: 'start the program of a created container', ...one, flags: {} },
  run: {
    description: 'create and start, and stay until the program ends',
    argument: 'ID [BUNDLE]',
    min: 1,
    max: 2,
    flags: {
      ...birth,
      detach,
      keep,
      timeout,
      program: { argument: 'FILE', description: 'run what `compile` made' },
      'no-subreaper': { description: 'nothing: this runtime is no subreaper', hidden: true },
    },
  },
  state: { description: 'print the state of a container as JSON', ...one, flags: {} },
  list: {
    description: 'list the containers',
    argument: '',
    min: 0,
    max: 0,
    flags: { format, quiet: { short: 'q', description: 'print nothing but the ids' } },
  },
  kill: {
    description: 'send a signal to a container (default: TERM)',
    argument: 'ID [SIGNAL]',
    min: 1,
    max: 2,
    flags: { all: { short: 'a', description: 'to all its processes', hidden: true }, regex },
  },
  delete: {
    description: 'delete stopped containers',
    argument: 'ID...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    flags: {
      force: { short: 'f', description: 'kill what still runs; a container that does not exist is no error' },
      regex,
    },
  },
  spec: {
    description: 'write a config.json to begin with',
    argument: '',
    min: 0,
    max: 0,
    flags: { ...bundle, rootless: { description: 'for a user without root rights' } },
  },
  validate: {
    description: 'print every fault of a config.json',
    ...ofBundle,
    flags: { ...bundle, strict: { description: 'a warning is a fault: exit 1' } },
  },
  compile: {
    description: 'write the plan of `run` to a file, for `run --program`',
    ...ofBundle,
    flags: {
      ...bundle,
      ...pivot,
      ...terminal,
      output: { short: 'o', argument: 'FILE', description: 'the file' },
      detach,
      keep,
    },
  },
  features: { description: 'print what this runtime can do, as JSON', argument: '', min: 0, max: 0, flags: {} },
  completion: {
    argument: 'SHELL',
    description: 'print a completion script: bash, zsh or fish',
    min: 1,
    max: 1,
    flags: {},
  },
  help: { description: 'print the help of a command', argument: '[COMMAND]', min: 0, max: 1, flags: {} },
} as const satisfies Record<string, CommandRow>

export type EarlyVerb = keyof typeof commands
export type Verb =
  | EarlyVerb
  | LaterVerb
  | NamespaceVerb
  | 'checkpoint'
  | 'restore'
  | 'exec'
  | 'plan'
  | 'diff'
  | 'doctor'
