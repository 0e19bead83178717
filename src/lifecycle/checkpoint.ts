import { UsageError } from '../failure.ts'
import { dumped } from '../machine/dumped.ts'
import { type CheckpointAsked, checkpointSteps } from '../plan/checkpoint.ts'
import { hasNotify } from '../plan/notify.ts'
import { existing, stateOf } from './container.ts'
import { checkCriu, criuFailure } from './criu.ts'
import { remove } from './delete.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, wasGone } from './execute.ts'
import { recordedConfig } from './recorded_config.ts'
import type { Runtime } from './runtime.ts'

/** `checkpoint`: CRIU writes the processes of a container to files. The container is removed, unless it goes on. */
export const checkpoint = (runtime: Runtime, id: string, asked: CheckpointAsked): Effects<void> =>
  forContainer(id, written(runtime, id, asked))

function* written(runtime: Runtime, id: string, asked: CheckpointAsked): Effects<void> {
  const { native, root } = runtime
  const container = existing(runtime, id)
  const state = stateOf(container)
  if (container.status !== 'running' && container.status !== 'paused')
    throw new UsageError('STATUS', `container cannot be checkpointed: ${id}: it is ${container.status}`, id)
  checkCriu(native, 'checkpoint')
  const names = native.list(`${root}/${id}`)
  if (typeof names !== 'number' && hasNotify(names.split('\0')))
    throw new UsageError(
      'STATUS',
      `container cannot be checkpointed: ${id}: it has a socket of the service manager`,
      id,
    )
  const { spec } = recordedConfig(runtime, state)
  const steps = [...checkpointSteps(state, asked, { spec, seen: dumped(native, state.pid) })]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index !== undefined) {
    if (wasGone(steps, outcome)) throw new UsageError('STATUS', `container not running: ${id}`, id)
    throw criuFailure(runtime, steps, { outcome, asked, verb: 'dump' })
  }
  if (!asked.leaveRunning && !asked.preDump) yield* remove(runtime, id, true)
}
