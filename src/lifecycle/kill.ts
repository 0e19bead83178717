import { UsageError } from '../failure.ts'
import { ESRCH } from '../kernel/errnos.ts'
import { signalNumber } from '../kernel/signals.ts'
import { killSteps } from '../plan/kill.ts'
import { existing } from './container.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure } from './execute.ts'
import type { Runtime } from './runtime.ts'

export type KillOptions = {
  /** A name or a number. */
  readonly signal: string
  /** To all its processes. */
  readonly all: boolean
}

/** `kill`: sends a signal to the init of a container, or to all its processes. */
export const kill = (runtime: Runtime, id: string, options: KillOptions): Effects<void> =>
  forContainer(id, killed(runtime, id, options))

function* killed(runtime: Runtime, id: string, { signal, all }: KillOptions): Effects<void> {
  const number = signalNumber(signal)
  if (number === undefined) {
    const known = 'a name such as TERM or SIGRTMIN+3, or a number from 0 to 64'
    throw new UsageError('ARGUMENT', `unknown signal ${JSON.stringify(signal)}: ${known}`, id)
  }
  const container = existing(runtime, id)
  const { state, status } = container
  if (state === undefined || (status === 'stopped' && !all)) throw notRunning(id)
  const steps = [...killSteps(state, number, all)]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined) return
  if (outcome.errno === ESRCH && all) return // runc, too, succeeds if no process is left: engines rely on it when they clean up
  if (outcome.errno === ESRCH) throw notRunning(id)
  throw stepFailure(runtime, steps, outcome)
}

const notRunning = (id: string) => new UsageError('STATUS', `container not running: ${id}`, id)
