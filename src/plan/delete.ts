import { SIGKILL, SIGTERM } from '../kernel/signals.ts'
import type { Step } from '../step/step.ts'
import { laterHooks } from './hooks.ts'
import { cgroupsOf, ifEmpty } from './made.ts'
import { returnDevices } from './net_devices.ts'
import { type Intent, markOf, type State } from './state.ts'
import { stopUnitOf } from './unit.ts'

/** The time limit for a killed init to end, in milliseconds. */
const timeout = 10_000

/**
 * Removes a container, or what is left of one. Every step accepts that its work is done already, so a delete can be repeated. `alive`:
 * its init is killed first.
 */
export function* removeSteps(container: Intent | State, alive: boolean): Generator<Step> {
  const name = 'pid' in container ? 'state.json' : 'intent'
  yield { op: 'lock', actor: 'parent', pointer: '', name, mark: markOf(container) }
  if (alive && 'pid' in container) {
    const { pid, startTime: start_time } = container
    yield { op: 'signal', actor: 'parent', pointer: '', pid, start_time, signal: SIGKILL, lenient: true }
    yield { op: 'wait_for_exit', actor: 'parent', pointer: '', pid, start_time, timeout, ...cgroupsOf(container) }
  }
  const { unit, network, rdt = [], hooks } = container
  // This kills the processes that are still in them.
  const own = cgroupsOf(container)
  if (own.dirs.length > 0) yield { op: 'remove_cgroup', actor: 'parent', pointer: '', ...own }
  if (unit !== undefined) yield* stopUnit(unit, own)
  if (network !== undefined) yield* returnDevices(network)
  if (rdt.length > 0) yield { op: 'rdt_remove', actor: 'parent', pointer: '', dirs: rdt }
  yield* uncovered(container)
  yield* laterHooks(hooks?.poststop ?? [], 'poststop', { ...container, pid: '0' })
  yield { op: 'remove_state', actor: 'parent', pointer: '' }
}

// Before both ids are known nothing has been mounted.
function* uncovered(container: Intent | State): Generator<Step> {
  const { covered: path, below = 0 } = container
  const cover = ('cover' in container ? container.cover : undefined) ?? 0
  if (path !== undefined && (cover !== 0 || below !== 0))
    yield { op: 'unmount', actor: 'parent', pointer: '', path, cover, below }
}

// systemd has made at least one cgroup of the container's unit.
function* stopUnit(unit: NonNullable<Intent['unit']>, { dirs, inodes }: ReturnType<typeof cgroupsOf>): Generator<Step> {
  const made = inodes.findIndex((inode) => Number(inode) > ifEmpty)
  if (made >= 0) yield* stopUnitOf(unit, dirs[made] ?? '', Number(inodes[made]))
}

/** Makes the command that still creates a container give up, and waits until it has undone what it did. */
export function* interrupt({ pid, startTime }: NonNullable<Intent['runtime']>): Generator<Step> {
  yield { op: 'signal', actor: 'parent', pointer: '', pid, start_time: startTime, signal: SIGTERM, lenient: true }
  yield { op: 'wait_for_exit', actor: 'parent', pointer: '', pid, start_time: startTime, timeout, dirs: [], inodes: [] }
}

/** Removes a state folder without a readable record of what was made. `settled`: no command can still be creating its container. */
export function* removeFolder(settled: boolean): Generator<Step> {
  yield { op: 'lock', actor: 'parent', pointer: '', name: settled ? '' : 'state.json', mark: '' }
  yield { op: 'remove_state', actor: 'parent', pointer: '' }
}
