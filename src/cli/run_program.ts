import { about, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { outcomeOf } from '../lifecycle/effects.ts'
import { describeCompiledStep, type StepDescription, stepError } from '../lifecycle/step_error.ts'
import { checkId } from '../machine/id.ts'
import { split } from '../program/compile.ts'
import type { Outcome } from '../program/outcome.ts'
import { inheritedFds } from './fds.ts'
import type { Line } from './parse.ts'
import type { CommandRuntime } from './runtime.ts'

const limit = 64 * 1024 * 1024
const EEXIST = 17

/** `run --program FILE ID`: the exit status of the container. The static binary does so without this engine where it can. */
export function runProgram(runtime: CommandRuntime, line: Line): number {
  const [id = '', bundle] = line.words
  checkId(id)
  if (bundle !== undefined || line.flags.bundle !== undefined)
    throw new UsageError('ARGUMENT', 'a program has its bundle in it: --program goes without one')
  const { native, root } = runtime
  const { program } = parts(runtime, line)
  return ended(runtime, line, native.execute(program, root, id, inheritedFds(native, line.flags['preserve-fds']), -1))
}

/** What came of it. Throws the failure, in words. */
export function ended(runtime: CommandRuntime, line: Line, answer: Uint8Array | number): number {
  const outcome = outcomeOf(answer)
  const { program, labels } = parts(runtime, line)
  const describe = (place: number) => describeCompiledStep(program, labels(), place)
  const [id = ''] = line.words
  if (outcome.place !== undefined) throw failure(describe(outcome.place), outcome, id)
  for (const note of outcome.notes) runtime.warn(about(stepError(describe(note.place), note), id))
  return outcome.exitStatus ?? 0
}

function failure(step: StepDescription, outcome: Outcome, id: string): Error {
  return step.op === 'claim' && outcome.errno === EEXIST
    ? new UsageError('EXISTS', `container with given ID already exists: ${id}`, id)
    : about(stepError(step, outcome), id)
}

function parts({ native }: CommandRuntime, { flags }: Line) {
  const path = String(flags.program)
  const file = native.readBytes(path, limit)
  if (typeof file === 'number') throw new UsageError('SYSTEM', `${path}: ${errno(-file).text}`)
  const found = split(file)
  if (found === undefined) throw new UsageError('ARGUMENT', `${path} is no program: \`ocits compile\` makes one`)
  return found
}
