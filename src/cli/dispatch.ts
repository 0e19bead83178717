import { type Failure, isFailure, UsageError } from '../failure.ts'
import { create } from '../lifecycle/create.ts'
import { remove } from '../lifecycle/delete.ts'
import { type Effects, perform } from '../lifecycle/effects.ts'
import { kill } from '../lifecycle/kill.ts'
import { list } from '../lifecycle/list.ts'
import { requestOf } from '../lifecycle/request.ts'
import { start } from '../lifecycle/start.ts'
import { state } from '../lifecycle/state_output.ts'
import type { Request } from '../plan/host.ts'
import { runExec } from './exec.ts'
import { inheritedFds, listenEnv, notifySocket } from './fds.ts'
import { laterCommand, matching, timeoutOf } from './later.ts'
import { pathOf } from './line.ts'
import { asIds, asJson, asTable, print } from './output.ts'
import { type CommandLine, isEarly, type Values } from './parse.ts'
import type { CommandRuntime } from './runtime.ts'

/** Carries out a command line; the exit code. Throws the three kinds of failures. */
export function dispatch(runtime: CommandRuntime, line: CommandLine): number {
  const { verb, words, flags } = line
  const [id = '', second] = words
  switch (verb) {
    case 'create':
      make(runtime, line)
      return 0
    case 'run':
      return flags.program === undefined ? make(runtime, line) : runtime.cold().command(runtime, line)
    case 'start':
      perform(runtime.native, start(runtime, id, notifySocket(runtime.native)))
      return 0
    case 'state':
      return print(runtime, `${JSON.stringify(state(runtime, id), undefined, 2)}\n`)
    case 'kill':
      return eachOf(runtime, flags.regex === true ? matching(runtime, [id]) : [id], (each) =>
        kill(runtime, each, { signal: second ?? 'TERM', all: flags.all === true }),
      )
    case 'delete':
      return eachOf(runtime, flags.regex === true ? matching(runtime, words) : words, (each) =>
        remove(runtime, each, flags.force === true),
      )
    case 'exec':
      return runExec(runtime, line)
    case 'list':
      return listAll(runtime, flags)
    default:
      return (isEarly(verb) ? undefined : laterCommand(runtime, line)) ?? runtime.cold().command(runtime, line)
  }
}

function make(runtime: CommandRuntime, line: CommandLine): number {
  const [id = ''] = line.words
  const { native } = runtime
  const fds = inheritedFds(native, line.flags['preserve-fds'])
  const request = { ...commandRequest(runtime, line), notifySocket: notifySocket(native) }
  const options = { request, fds, env: listenEnv(native) }
  try {
    return perform(native, create(runtime, id, options)).exitStatus ?? 0
  } catch (failure) {
    throw isFailure(failure) ? runtime.cold().misplaced(native, line, failure) : failure
  }
}

/** What the flags of create, run, plan and compile ask for. */
export function commandRequest({ native }: CommandRuntime, { verb, words, flags }: CommandLine): Request {
  const bundle = verb === 'create' || verb === 'run' ? words[1] : words[0]
  return requestOf({
    bundle: String(flags.bundle ?? bundle ?? '.'),
    mode: verb === 'run' || verb === 'compile' || flags.run === true ? 'run' : 'create',
    detach: flags.detach === true,
    ...(flags.timeout === undefined ? {} : { timeout: timeoutOf(flags) }),
    keep: flags.keep === true,
    noPivot: flags['no-pivot'] === true,
    noNewKeyring: flags['no-new-keyring'] === true,
    pidFile: pathOf(native, flags['pid-file']),
    consoleSocket: pathOf(native, flags['console-socket']),
    pidfdSocket: pathOf(native, flags['pidfd-socket']),
  })
}

// Each one is tried. The first failure ends the command in the end, those after it are warned of.
function eachOf(runtime: CommandRuntime, ids: readonly string[], act: (id: string) => Effects<void>): number {
  const failures: Failure[] = []
  for (const id of ids) {
    try {
      perform(runtime.native, act(id))
    } catch (failure) {
      if (!isFailure(failure)) throw failure
      failures.push(failure)
    }
  }
  const [first, ...others] = failures
  for (const failure of others) runtime.warn(failure)
  if (first !== undefined) throw first
  return 0
}

function listAll(runtime: CommandRuntime, { format, quiet }: Values): number {
  if (format !== undefined && format !== 'table' && format !== 'json')
    throw new UsageError('ARGUMENT', `invalid format option ${JSON.stringify(format)}: table or json`)
  const found = list(runtime)
  return print(runtime, quiet === true ? asIds(found) : format === 'json' ? asJson(found) : asTable(found))
}
