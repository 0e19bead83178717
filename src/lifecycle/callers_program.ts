import { type StepFailure, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { ENOENT } from '../kernel/errnos.ts'
import { O_CLOEXEC } from '../kernel/files.ts'
import type { Native } from '../native/table.ts'
import type { CallersProgram } from '../plan/callers_program.ts'
import { encode } from '../program/encode.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Step } from '../step/step.ts'
import { type Effects, perform } from './effects.ts'
import { stepFailure } from './execute.ts'
import type { Named } from './namespaces.ts'
import type { Runtime } from './runtime.ts'

/** What stands in a text for bytes that are not UTF-8. */
const replaced = '\ufffd'

const environmentLimit = 16 * 1024 * 1024

/** What a program has of its caller that no flag says otherwise. Without words, the shell of the caller, as one that it has logged in to. */
export function ofCaller(native: Native, words: readonly string[]): Omit<CallersProgram, 'uid' | 'gid' | 'caps'> {
  const env = variablesOf(native, 'self')
  const status = native.read('/proc/self/status', 65536)
  if (env === undefined || typeof status === 'number')
    throw new UsageError('SYSTEM', 'cannot read /proc/self: is /proc mounted?')
  const umask = Number.parseInt(fieldOf(status, 'Umask'), 8)
  for (const word of words)
    if (word.includes(replaced))
      throw new UsageError('ARGUMENT', `${JSON.stringify(word)} is not UTF-8, and the program would get other bytes`)
  const [file] = words
  if (file !== undefined) return { args: words, file, env, umask }
  const shell = env.find((entry) => entry.startsWith('SHELL='))?.slice('SHELL='.length) || '/bin/sh'
  return { args: [`-${shell.slice(shell.lastIndexOf('/') + 1)}`], file: shell, env, umask }
}

/** The environment with which the program of a process began; what it has changed since only it knows (proc(5), /proc/PID/environ). */
export function environmentOf(native: Native, { pid, word }: Named): readonly string[] {
  const env = variablesOf(native, pid)
  if (env === undefined) throw new UsageError('SYSTEM', `cannot read the environment of ${word}: /proc/${pid}/environ`)
  return env
}

function variablesOf(native: Native, whose: number | 'self'): readonly string[] | undefined {
  const environ = native.read(`/proc/${whose}/environ`, environmentLimit)
  return typeof environ === 'number' ? undefined : environ.split('\0').filter((entry) => entry !== '')
}

function fieldOf(status: string, name: string): string {
  const line = status.split('\n').find((each) => each.startsWith(`${name}:`))
  return line === undefined ? '' : line.slice(name.length + 1).trim()
}

/** Everything that the caller has open for it: what becomes 0, 1, 2 …; -1 where there is none. One that cannot be asked about would be closed for the program. */
function openFds(native: Native): number[] {
  const names = native.list('/proc/self/fd')
  if (typeof names === 'number') throw unreadable('/proc/self/fd', names)
  const fds: number[] = []
  for (const name of names.split('\0')) {
    const path = `/proc/self/fdinfo/${name}`
    const info = name === '' ? -ENOENT : native.read(path, 65536)
    if (info === -ENOENT) continue // that of the list itself
    if (typeof info === 'number') throw unreadable(path, info)
    const at = info.indexOf('flags:\t') + 7
    // Node marks these, too.
    const stdio = Number(name) <= 2
    if (stdio || (Number.parseInt(info.slice(at, info.indexOf('\n', at)), 8) & O_CLOEXEC) === 0)
      fds[Number(name)] = Number(name)
  }
  return Array.from(fds, (fd) => fd ?? -1)
}

const unreadable = (path: string, error: number) =>
  new UsageError('SYSTEM', `cannot read ${path}: ${errno(-error).text}`)

/** Carries out such a plan; the exit status of the program. Throws a StepFailure, with 126 or 127 where only the program is at fault. */
export function runCallersProgram(runtime: Runtime, steps: readonly Step[]): number {
  runtime.debug?.(runtime.cold().explain(steps))
  for (const step of steps) if (step.op === 'exec') warnOfReplaced(runtime, step.env)
  const outcome = perform(runtime.native, executed(runtime, steps))
  if (outcome.index === undefined) {
    for (const note of outcome.notes) runtime.warn(stepFailure(runtime, steps, note))
    return outcome.exitStatus ?? 0
  }
  const failure: StepFailure = stepFailure(runtime, steps, outcome)
  if (failure.op === 'executable' || failure.op === 'exec') failure.exitCode = failure.errno === ENOENT ? 127 : 126
  throw failure
}

function warnOfReplaced({ warn }: Runtime, env: readonly string[]): void {
  for (const entry of env) {
    const name = entry.slice(0, entry.indexOf('='))
    if (entry.includes(replaced)) warn(new UsageError('ARGUMENT', `${name} is not UTF-8: the program gets other bytes`))
  }
}

/** The errno of such a plan that is only tried; 0: it was done. */
export function tried(runtime: Runtime, steps: readonly Step[]): number {
  const { index, errno } = perform(runtime.native, executed(runtime, steps))
  return index === undefined ? 0 : errno
}

// No container: it has no state, and so neither a root of it nor an id.
function* executed({ native }: Runtime, steps: readonly Step[]): Effects<Outcome> {
  return yield { bytes: encode(steps, native.pack), root: '/', id: '', fds: openFds(native) }
}
