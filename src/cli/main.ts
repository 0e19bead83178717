import { isFailure, UsageError } from '../failure.ts'
import { type CgroupManager, cgroupManagers, runtimeOf } from '../lifecycle/runtime.ts'
import type { Native } from '../native/table.ts'
import { dispatch } from './dispatch.ts'
import { checkLog, type Log, say } from './log.ts'
import { print } from './output.ts'
import { type CommandLine, leading, parse, type Values } from './parse.ts'
import type { CommandCold, CommandRuntime } from './runtime.ts'

/**
 * The command line, from its words (without the program's own name) to the exit code. It runs in QuickJS and in Node, without a
 * difference. `outcome`: that of a failed `run --program`, which the static binary carries out without this engine.
 */
export function main(words: readonly string[], native: Native, cold: () => CommandCold, outcome?: Uint8Array): number {
  const painted = (lines: string) => cold().painted(native, lines)
  let log: Log = { native, file: undefined, format: 'plain', debug: false, painted }
  let code = 1
  const held: Error[] = []
  try {
    const usual = parse(words)
    log = logOf(log, usual?.globals ?? leading(words).values)
    const line = usual ?? parseFully({ native, cold, log }, words)
    if (typeof line === 'number') return line
    if (line !== usual) log = logOf(log, line.globals)
    if (line.verb === 'exec') code = 255 // as in runc: any other number could be the exit status of the program
    if (line.verb === 'diff' || line.flags.against !== undefined) code = 2 // as diff(1) has it: 1 is an answer
    const warn = holds(log, line) ? (warning: Error) => void held.push(warning) : undefined
    const runtime = commandRuntime({ native, cold, log }, line, warn)
    const status = outcome === undefined ? dispatch(runtime, line) : cold().ended(runtime, line, outcome)
    for (const warning of held) say(log, 'warning', warning)
    return status
  } catch (failure) {
    if (!isFailure(failure)) throw failure
    say(log, 'error', failure, held)
    return ('exitCode' in failure ? failure.exitCode : undefined) ?? code
  }
}

type World = { readonly native: Native; readonly cold: () => CommandCold; readonly log: Log }

function parseFully({ native, cold, log }: World, words: readonly string[]): CommandLine | number {
  const read = cold().parseFully(words, native)
  if ('line' in read) return read.line
  if ('text' in read) return print({ native }, read.text)
  say(log, 'error', read.wrong)
  return read.code
}

function logOf(whole: Log, { log, 'log-format': format, debug }: Readonly<Values>): Log {
  // As a file it would be a symlink.
  const file = typeof log === 'string' && log !== '' && log !== '/dev/stderr' ? log : undefined
  if (format !== undefined && format !== 'text' && format !== 'json')
    throw new UsageError('ARGUMENT', `invalid log-format: ${format}`)
  const made: Log = { ...whole, file, format: format ?? (log ? 'text' : 'plain'), debug: debug === true }
  checkLog(made)
  return made
}

/**
 * Whether warnings wait for the end of the command: podman reads the whole log of a failed create or exec as one JSON object. A command that
 * stays as long as its program does not wait.
 */
const holds = ({ format, file }: Log, { verb, flags }: CommandLine): boolean =>
  format === 'json' && file !== undefined && (verb === 'create' || flags.detach === true)

type Warn = (warning: Error) => void

function commandRuntime({ native, cold, log }: World, { globals }: CommandLine, warn?: Warn): CommandRuntime {
  const { root, rootless } = globals
  if (rootless !== undefined && rootless !== 'true' && rootless !== 'false' && rootless !== 'auto')
    throw new UsageError('ARGUMENT', `invalid --rootless ${JSON.stringify(rootless)}: true, false or auto`)
  return runtimeOf({
    native,
    root: typeof root === 'string' ? root : undefined,
    rootless: rootless === undefined || rootless === 'auto' ? undefined : rootless === 'true',
    cgroupManager: managerOf(globals),
    cold,
    warn: warn ?? ((warning) => say(log, 'warning', warning)),
    debug: log.debug ? (plan) => sayLines(log, plan) : undefined,
  })
}

function managerOf({ 'systemd-cgroup': systemd, 'cgroup-manager': asked }: Readonly<Values>): CgroupManager {
  const manager = asked ?? (systemd === true ? 'systemd' : 'cgroupfs')
  const found = cgroupManagers.find((each) => each === manager)
  if (found === undefined)
    throw new UsageError('ARGUMENT', `invalid --cgroup-manager ${JSON.stringify(asked)}: ${cgroupManagers.join(', ')}`)
  return found
}

function sayLines(log: Log, text: string): void {
  for (const line of text.trimEnd().split('\n')) say(log, 'debug', line)
}
