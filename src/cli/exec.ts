import { type Failure, isFailure, SpecFailure, StepFailure, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { perform } from '../lifecycle/effects.ts'
import { type ExecArguments, exec, execPlanOf } from '../lifecycle/exec.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import type { Native } from '../native/table.ts'
import { maxConfigSize } from '../spec/load.ts'
import type { Step } from '../step/step.ts'
import { execCommand } from './exec_command.ts'
import { inheritedFds } from './fds.ts'
import { timeoutOf } from './later.ts'
import { type CommandLine, listOf, pathOf, textOf } from './line.ts'
import type { CommandRow, Values } from './row.ts'

/** What the command takes. */
export const execRow = (): CommandRow => execCommand

/** `exec ID PROGRAM`: the exit status of the program, 0 where it is detached. Throws a failure in runc's words. */
export function runExec(runtime: Runtime, line: CommandLine): number {
  const { words, flags } = line
  const [id = ''] = words
  try {
    const options = { ...optionsOf(runtime, line), fds: inheritedFds(runtime.native, flags['preserve-fds'], 0) }
    return perform(runtime.native, exec(runtime, id, options)).exitStatus ?? 0
  } catch (failure) {
    throw isFailure(failure) ? told(failure) : failure
  }
}

/** The steps of `plan --exec FILE ID`. */
export function execSteps(runtime: Runtime, { flags, words }: CommandLine): readonly Step[] {
  const line: CommandLine = { verb: 'exec', words, flags: { ...flags, process: flags.exec }, globals: {} }
  return execPlanOf(runtime, words[0] ?? '', optionsOf(runtime, line))
}

// Engines look for the first words, and users for those after them.
function told(failure: Failure): Failure {
  if (failure instanceof SpecFailure) return new UsageError('ARGUMENT', `exec failed: ${failure.message}`, failure.id)
  const started = failure instanceof StepFailure ? 'unable to start container process: ' : ''
  failure.message = `exec failed: ${started}${failure.message}`
  return failure
}

function optionsOf({ native }: Runtime, { words, flags }: CommandLine): Omit<ExecArguments, 'fds'> {
  const [, ...args] = words
  const file = textOf(flags.process)
  if (file === undefined && args.length === 0) throw new UsageError('ARGUMENT', 'process args cannot be empty')
  return {
    file: file === undefined ? undefined : processFile(native, file),
    ignorePaused: flags['ignore-paused'] === true,
    request: {
      args,
      env: listOf(flags.env),
      cwd: textOf(flags.cwd),
      user: userOf(flags.user),
      additionalGids: listOf(flags['additional-gids']).map((text) => id(text, '--additional-gids', text)),
      caps: listOf(flags.cap),
      noNewPrivileges: flags['no-new-privs'] === true ? true : undefined,
      apparmorProfile: textOf(flags.apparmor),
      selinuxLabel: textOf(flags['process-label']),
      terminal: flags.tty === true ? true : undefined,
      consoleSocket: pathOf(native, flags['console-socket']),
      pidfdSocket: pathOf(native, flags['pidfd-socket']),
      cgroups: listOf(flags.cgroup),
      detach: flags.detach === true,
      timeout: flags.timeout === undefined ? undefined : timeoutOf(flags), // asked only then: it loads a module
      pidFile: pathOf(native, flags['pid-file']),
    },
  }
}

// Of a pipe, too: `--process <(command)`. runc has no name for stdin here, so `-` is a file.
function processFile(native: Native, path: string): string {
  const text = native.input(path === '-' ? './-' : path, maxConfigSize)
  if (typeof text === 'number') throw new UsageError('SYSTEM', `--process ${path}: ${errno(-text).text}`)
  return text
}

/** `UID[:GID]`. Numbers alone: who misreads one runs the program as root (CVE-2026-30892). */
function userOf(value: Values[string]): ExecArguments['request']['user'] {
  if (value === undefined) return undefined
  const text = String(value)
  const [uid = '', gid, ...more] = text.split(':')
  if (more.length > 0) return { uid: id('', '--user', text) }
  return { uid: id(uid, '--user', text), gid: gid === undefined ? undefined : id(gid, '--user', text) }
}

/** 2³² - 1 is -1 to setresuid(2): it leaves the id as it is. */
const maxId = 4_294_967_294

function id(text: string, flag: string, whole: string): number {
  let isNumber = text.length > 0 && text.length <= 10 && (text === '0' || text.charAt(0) !== '0')
  for (const digit of text) isNumber &&= digit >= '0' && digit <= '9'
  if (isNumber && Number(text) <= maxId) return Number(text)
  const rule = `${flag === '--user' ? 'UID[:GID], ' : ''}decimal numbers from 0 to ${maxId}`
  throw new UsageError('ARGUMENT', `${flag} ${JSON.stringify(whole)}: expected ${rule}`)
}
