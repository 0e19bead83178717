import { about, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EEXIST, EPERM } from '../kernel/errnos.ts'
import { outcomeOf } from '../lifecycle/effects.ts'
import { describeCompiledStep, opAt, type StepDescription, stepError } from '../lifecycle/step_error.ts'
import { checkId } from '../machine/id.ts'
import type { Native } from '../native/table.ts'
import { type Parts, split, type Unfit } from '../program/compile.ts'
import type { Outcome } from '../program/outcome.ts'
import { stepTable } from '../step/table.ts'
import { inheritedFds } from './fds.ts'
import type { CommandLine } from './parse.ts'
import type { CommandRuntime } from './runtime.ts'
import { version } from './version.ts'

const limit = 64 * 1024 * 1024

/** `run --program FILE ID`: the exit status of the container. The static binary does this without this engine if it can. */
export function runProgram(runtime: CommandRuntime, line: CommandLine): number {
  const [id = '', bundle] = line.words
  checkId(id)
  if (bundle !== undefined || line.flags.bundle !== undefined)
    throw new UsageError('ARGUMENT', 'a program has its bundle in it: give no bundle with --program')
  for (const name of Object.keys(line.flags))
    if (name !== 'program' && name !== 'preserve-fds')
      throw new UsageError('ARGUMENT', `a program has in it all that it does: give no --${name} with --program`)
  const { native, root } = runtime
  const found = parts(runtime, line)
  check(native, found.program, String(line.flags.program))
  const fds = inheritedFds(native, line.flags['preserve-fds'])
  return result(runtime, id, { ...found, answer: native.execute(found.program, root, id, fds, -1) })
}

/** The result if the static binary has carried out the program without this engine. Throws the failure, in words. */
export function ended(runtime: CommandRuntime, line: CommandLine, answer: Uint8Array | number): number {
  const [id = ''] = line.words
  return result(runtime, id, { ...parts(runtime, line), answer })
}

type Ended = Parts & { readonly answer: Uint8Array | number }

function result(runtime: CommandRuntime, id: string, { program, labels, answer }: Ended): number {
  const outcome = outcomeOf(answer)
  const describe = (index: number) => describeCompiledStep(program, labels(), index)
  if (outcome.index !== undefined) throw failure(describe(outcome.index), outcome, id)
  for (const note of outcome.notes) runtime.warn(about(stepError(describe(note.index), note), id))
  return outcome.exitStatus ?? 0
}

function failure(step: StepDescription, outcome: Outcome, id: string): Error {
  return step.op === 'claim' && outcome.errno === EEXIST
    ? new UsageError('EXISTS', `container with given ID already exists: ${id}`, id)
    : about(stepError(step, outcome), id)
}

function parts({ native }: CommandRuntime, { flags }: CommandLine): Parts {
  const path = String(flags.program)
  const file = native.code(path, limit)
  if (typeof file === 'number') throw new UsageError('SYSTEM', `${path}: ${refused(native, path, -file)}`)
  const found = split(file)
  if (typeof found === 'string') throw new UsageError('ARGUMENT', `${path} ${unfit[found]}`)
  return found
}

const again = '`ocits compile` makes it again'
const unfit: Readonly<Record<Unfit, string>> = {
  'no program': 'is not a program: `ocits compile` makes one',
  'another version': `was compiled by another version of ocits than this one, ${version}: ${again}`,
  cut: `does not have the length that it says, it may have been cut: ${again}`,
}

/** A program does what it says, whoever wrote it, so it must be as trustworthy as this executable. Says why it is not. */
function refused(native: Native, path: string, error: number): string {
  const { name, text } = errno(error)
  const slash = path.lastIndexOf('/')
  const folder = slash < 0 ? '.' : path.slice(0, slash + 1)
  const isOpen = (path: string) => (native.mode(path) & 0o022) !== 0
  switch (name) {
    case 'ELOOP':
      return 'it is a symbolic link, and a program is run only by its own name'
    case 'EINVAL':
      return 'it is not a regular file'
    case 'EFBIG':
      return `it has more than ${limit} bytes, the most that a program has`
    case 'EPERM':
      if (isOpen(path)) return 'others may write to it, and could act with your rights: chmod go-w'
      if (isOpen(folder) && (native.mode(folder) & 0o1000) === 0)
        return `others may write to its folder, ${folder}, and so put another in its place: chmod go-w`
      // A folder is no program for another reason, if it can be trusted.
      if (native.code(`${folder}/.`, 1) === -EPERM)
        return `its folder, ${folder}, belongs to another user than root and you, who could put another in its place`
      return 'it belongs to another user than root and you, who could act with your rights'
    default:
      return text
  }
}

/** Throws, in words, unless all steps of a program are as the table of steps demands. Nothing has been done yet. */
function check(native: Native, program: Uint8Array, path: string): void {
  const where = native.check(program)
  if (typeof where === 'number') throw new UsageError('SYSTEM', `${path}: ${errno(-where).text}`)
  if (where.length === 0) return
  const view = new DataView(where.buffer, where.byteOffset, where.byteLength)
  throw new UsageError(
    'ARGUMENT',
    `${path}: ${bad(program, view.getUint32(0, true), view.getUint32(4, true))}: ${again}`,
  )
}

const noArgument = 0xffffffff

function bad(program: Uint8Array, place: number, argument: number): string {
  if (argument === noArgument) return `step ${place} is unknown`
  const op = opAt(program, place)
  const name = Object.keys(stepTable[op].args)[argument]
  return `step ${place}, ${op}: ${name === undefined ? 'there is more than its arguments' : `${name} is not what it takes`}`
}
