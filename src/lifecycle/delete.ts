import { UsageError } from '../failure.ts'
import { ECANCELED, ENOENT, ESTALE } from '../kernel/errnos.ts'
import { checkId, isLeftover } from '../machine/id.ts'
import { type Container, checkOurs, look } from '../machine/store.ts'
import { interrupt, removeFolder, removeSteps } from '../plan/delete.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, executeWhole, stepFailure, wasGone } from './execute.ts'
import type { Runtime } from './runtime.ts'

/** `delete`: removes a stopped or created container; with `force` any, and then it is no error if there is none. */
export const remove = (runtime: Runtime, id: string, force: boolean): Effects<void> =>
  forContainer(id, removed(runtime, id, force))

function* removed(runtime: Runtime, id: string, force: boolean): Effects<void> {
  const { native, root } = runtime
  checkId(id)
  checkOurs(native, root)
  let container = look(native, root, id)
  if (force || container === undefined) yield* sweepLeftovers(runtime)
  let end: End = 'wait_for_exit'
  do {
    if (container !== undefined && !force) checkRemovable(container)
    if (container?.status === 'creating') container = yield* interrupted(runtime, container)
    end = container === undefined ? 'wait_for_exit' : yield* removeExisting(runtime, container)
    if (end === 'changed') container = look(native, root, id)
  } while (end === 'changed')
  if (end === 'wait_for_exit' && !force) throw new UsageError('MISSING', `container does not exist: ${id}`, id)
}

type End = 'removed' | 'wait_for_exit' | 'changed'

// The command that was creating the container has ended: either it gave up, or the container is complete after all.
function* interrupted(runtime: Runtime, { id, intent }: Container): Effects<Container | undefined> {
  if (intent?.runtime !== undefined) yield* executeWhole(runtime, id, { steps: [...interrupt(intent.runtime)] })
  return look(runtime.native, runtime.root, id)
}

function* removeExisting(runtime: Runtime, { id, status, intent, corrupt }: Container): Effects<End> {
  const steps = [
    ...(intent === undefined ? removeFolder(corrupt !== undefined) : removeSteps(intent, status !== 'stopped')),
  ]
  const outcome = yield* execute(runtime, id, { steps })
  if (outcome.index === undefined) return 'removed'
  if (steps[outcome.index]?.op === 'lock') {
    // Another delete had the lock and has removed the container; there may already be a new one with that id.
    if (outcome.errno === ENOENT) return 'wait_for_exit'
    if (outcome.errno === ESTALE) return 'changed'
  }
  throw stepFailure(runtime, steps, outcome)
}

function checkRemovable({ id, status, corrupt }: Container): void {
  if (corrupt !== undefined)
    throw new UsageError('CORRUPT', `${corrupt} is corrupt; --force removes what is left of ${id}`, id)
  if (status !== 'stopped' && status !== 'created')
    throw new UsageError('STATUS', `cannot delete container ${id} that is not stopped: ${status}`, id)
}

// A delete renames the state folder before it removes its files. If it was killed between, the container is gone and only these files are left.
// A delete that has just removed them, or another sweep that does, leaves nothing to do here. What stays must not keep others from being deleted.
function* sweepLeftovers(runtime: Runtime): Effects<void> {
  const names = runtime.native.list(runtime.root)
  if (typeof names === 'number' || !names.includes('.del-')) return
  for (const name of names.split('\0')) {
    const abandoned = isLeftover(name) && runtime.native.locked(`${runtime.root}/${name}`) === 0
    if (!abandoned) continue
    const steps = [...removeFolder(true)]
    const outcome = yield* execute(runtime, name, { steps })
    if (outcome.index === undefined || wasGone(steps, outcome)) continue
    const failure = stepFailure(runtime, steps, outcome)
    if (outcome.errno === ECANCELED) throw failure
    failure.message = `${runtime.root}/${name} stays: ${failure.message}`
    runtime.warn(failure)
  }
}
