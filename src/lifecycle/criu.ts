import { type StepFailure, UsageError } from '../failure.ts'
import type { Native } from '../native/table.ts'
import type { CriuAsked, CriuVerb } from '../plan/criu_request.ts'
import { logFile } from '../plan/criu_request.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Step } from '../step/step.ts'
import { inPath } from './doctor/finding.ts'
import { stepFailure } from './execute.ts'
import type { Runtime } from './runtime.ts'

/** Throws a UsageError where there is no CRIU. */
export function checkCriu(native: Native, verb: 'checkpoint' | 'restore'): void {
  if (inPath(native, 'criu') === undefined)
    throw new UsageError('SYSTEM', `${verb}: criu is not in PATH: install it, as by \`apt-get install criu\``)
}

const logLimit = 256 * 1024 * 1024

/** The failure of a step, and of one of CRIU's with the last error of its log, and where that is. */
export function criuFailure(
  runtime: Runtime,
  steps: readonly Step[],
  { outcome, asked, verb }: { outcome: Outcome; asked: CriuAsked; verb: CriuVerb },
): StepFailure {
  if (steps[outcome.index ?? -1]?.op !== 'criu_ask') return stepFailure(runtime, steps, outcome)
  const log = `${asked.work ?? asked.images}/${logFile(verb)}`
  const text = runtime.native.read(log, logLimit)
  const said = typeof text === 'number' ? '' : lastErrors(text)
  const why = said === '' ? outcome.detail.trim() : said
  const detail = `${why === '' ? '' : `${why}: `}all of it is in ${log}`
  return stepFailure(runtime, steps, { ...outcome, detail })
}

// `(00.012345) 42: Error (criu/mount.c:1234): mnt: …`. The very last one says only that it has failed; one before tells why.
function lastErrors(log: string): string {
  const lines = log.split('\n').filter((line) => line.includes('Error (') && !line.endsWith('FAILED.'))
  return lines
    .slice(-2)
    .map((line) => line.slice(line.indexOf('Error (')).trim())
    .join('; ')
}
