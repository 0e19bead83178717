import { json } from '../cgroup/stats/stats.ts'
import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { ECANCELED } from '../kernel/errnos.ts'
import { existing, stateOf } from '../lifecycle/container.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { type Ooms, oomsOf, statistics } from '../lifecycle/statistics.ts'
import { pidfdOf } from '../lifecycle/wait.ts'
import type { State } from '../plan/state.ts'
import { durationOf } from './duration.ts'
import { textOf } from './line.ts'
import { print } from './output.ts'
import type { Values } from './row.ts'

/** `events`: a line of JSON for each sample of what a container uses, and for each time that it is killed for memory, until it ends. */
export function printEvents(runtime: Runtime, id: string, flags: Readonly<Values>): number {
  const interval = durationOf('interval', textOf(flags.interval) ?? '5s')
  const container = existing(runtime, id)
  if (interval <= 0) throw new UsageError('ARGUMENT', 'duration interval must be greater than 0', id)
  const state = stateOf(container)
  const pidfd = container.status === 'stopped' ? undefined : pidfdOf(runtime.native, state)
  if (pidfd === undefined) throw new UsageError('STATUS', `container with id ${id} is not running`, id)
  need(pidfd, id)
  if (state.cgroups.length === 0)
    throw new UsageError('STATUS', `cannot tell what container ${id} uses: it has no cgroup that counts it`, id)
  const sample = () => print(runtime, line('stats', id, statistics(runtime, state)))
  return flags.stats === true ? sample() : follow({ runtime, id, state, pidfd, interval, sample })
}

const line = (type: string, id: string, data?: object) => `${json({ type, id, data })}\n`

type Followed = {
  readonly runtime: Runtime
  readonly id: string
  readonly state: State
  readonly pidfd: number
  /** Milliseconds. */
  readonly interval: number
  readonly sample: () => void
}

function follow({ runtime, id, state, pidfd, interval, sample }: Followed): number {
  const { native } = runtime
  const ooms = oomsOf(runtime, state)
  if (ooms === undefined)
    runtime.warn(
      new UsageError('STATUS', 'it is not told when it is killed for memory: no cgroup of it counts that', id),
    )
  const isNew = counting(runtime, pidfd, ooms)
  const timer = need(native.ticks(Math.min(Math.max(1, Math.round(interval)), 0x7fffffff)), id)
  const places = [ooms?.fd ?? -1, pidfd, timer]
  for (;;) {
    const ready = native.ready(places)
    if (ready === -ECANCELED) return 0 // it is ended so, as a rule
    const place = need(ready, id)
    const killed = place < 2 ? isNew() : false
    if (killed === undefined) return 0
    if (killed) print(runtime, line('oom', id))
    if (place === 1) return 0
    if (place === 2) sample()
  }
}

/** How long the kernel takes at most from the notice of v1 to the kill, in milliseconds, and how often that is looked for. */
const slice = 10
const slices = 20

/** Whether a process was killed since it was asked last, or stands still for want of memory; undefined: a signal asks to end. */
function counting({ native }: Runtime, pidfd: number, ooms: Ooms | undefined): () => boolean | undefined {
  let before = ooms?.count() ?? 0
  return () => {
    let now = ooms?.count()
    // v1 gives notice before it kills, and again for each that waits meanwhile.
    for (let i = 0; ooms?.early === true && now === before && i < slices; i++) {
      const ended = native.await(pidfd, 0, slice)
      if (ended === -ECANCELED) return undefined
      if (ended === 0) i = slices
      now = ooms.count()
    }
    const more = now !== undefined && now > before
    before = now ?? before
    return more || ooms?.stands() === true
  }
}

function need(result: number, id: string): number {
  if (result < 0) throw new UsageError('SYSTEM', `cannot watch container ${id}: ${errno(-result).text}`, id)
  return result
}
