import { oomKills } from '../cgroup/stats/text.ts'
import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EAGAIN, ESRCH } from '../kernel/errnos.ts'
import { SIGKILL, signalName } from '../kernel/signals.ts'
import { type Ending, endingOf } from '../machine/ending.ts'
import { statOf } from '../machine/store.ts'
import type { Native } from '../native/table.ts'
import type { State } from '../plan/state.ts'
import { keepEnding } from '../plan/wait.ts'
import { existing, stateOf } from './container.ts'
import type { Effects } from './effects.ts'
import { execute } from './execute.ts'
import type { Runtime } from './runtime.ts'

/** How long to wait for the process that made a container to reap it, in milliseconds. */
export const reapTimeout = 10_000

/** A container that is waited for. */
export type Waiting = {
  readonly id: string
  readonly state: State
  /** Readable when its init ends; the caller closes it. undefined: the init had ended before. */
  readonly pidfd: number | undefined
  readonly killedBefore: number
}

/** Prepares to wait for the end of a container, whoever made it; answers its ending if that is recorded already. */
export function beginWait(runtime: Runtime, id: string): Waiting | Ending {
  const { native, root } = runtime
  const state = stateOf(existing(runtime, id))
  const kept = endingOf(native, `${root}/${id}`)
  if (kept !== undefined) return kept
  const pidfd = pidfdOf(native, state)
  if (pidfd !== undefined && pidfd < 0)
    throw new UsageError('SYSTEM', `cannot wait for container ${id}: ${errno(-pidfd).text}`, id)
  return { id, state, pidfd, killedBefore: kills(runtime, state) }
}

/** A pidfd of the init of a container, or -errno; undefined: the init has been reaped, and its pid may be that of another process. */
export function pidfdOf(native: Native, { pid, startTime }: State): number | undefined {
  const pidfd = native.pidfd(pid)
  if (pidfd < 0) return pidfd === -ESRCH ? undefined : pidfd
  // Checked once the pidfd is open, as from then on the pid cannot pass to another process.
  return statOf(native, pid)?.[19] === String(startTime) ? pidfd : undefined
}

/**
 * How its init ended, once its pidfd is readable. undefined: its parent has not reaped it yet, and the kernel tells others only then.
 * `late`: the caller does not wait any longer, so the ending without a status is the answer.
 */
export function told(runtime: Runtime, waiting: Waiting, late: boolean): Ending | undefined {
  const { state, pidfd, killedBefore } = waiting
  const { native } = runtime
  const code = pidfd === undefined ? -ESRCH : statusOf(runtime, waiting, late)
  if (code === undefined && !late) return undefined
  const ended = String(native.now())
  if (code === undefined || code < 0) return { ended, why: pidfd === undefined ? before : silent }
  const signal = code & 0x7f
  const oomKilled = signal === SIGKILL && kills(runtime, state) > killedBefore
  return {
    exitStatus: signal === 0 ? code >> 8 : 128 + signal,
    ...(signal === 0 ? {} : { signal: signalName(signal), coreDumped: (code & 0x80) !== 0 }),
    oomKilled,
    ended,
  }
}

const before = 'it had ended before anybody waited'
const silent = 'this kernel tells it only to the process that made the container: Linux 6.15 tells it to others'

/** Records the ending in the container's folder, where it stays until the container is deleted; nothing if it is deleted already. */
export function* keep(runtime: Runtime, { id, state }: Waiting, ending: Ending): Effects<void> {
  if (ending.exitStatus !== undefined) yield* execute(runtime, id, { steps: [...keepEnding(state, ending)] })
}

// While the init is a zombie, its status is in /proc, for those who may trace it. Later, a pidfd that was opened before has it.
function statusOf({ native }: Runtime, { state, pidfd = -1 }: Waiting, late: boolean): number | undefined {
  const { pid, startTime } = state
  const stat = statOf(native, pid)
  const isZombie = stat?.[19] === String(startTime) && stat[0] === 'Z'
  if (isZombie && Number(stat[49]) !== 0) return Number(stat[49])
  const code = native.ending(pidfd)
  if (code !== -EAGAIN) return code
  // Those who may not trace the process see 0 as well.
  return late && isZombie && native.euid() === 0 ? 0 : undefined
}

/** How many processes of the container the kernel's OOM killer has killed. */
function kills({ native }: Runtime, { cgroups }: State): number {
  for (const dir of cgroups)
    for (const file of ['memory.oom_control', 'memory.events']) {
      const text = native.read(`${dir}/${file}`, 65536)
      const found = typeof text === 'string' ? oomKills(text) : undefined
      if (found !== undefined) return found
    }
  return 0
}
