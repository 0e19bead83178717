import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { ENODEV, ENOENT, ESTALE } from '../kernel/errnos.ts'
import { existing, stateOf } from './container.ts'
import type { Runtime } from './runtime.ts'

/** `ps`: the pids on the host of all processes of a container, in ascending order; none if it has stopped. */
export function processes(runtime: Runtime, id: string): number[] {
  const container = existing(runtime, id)
  const { cgroups, inodes } = stateOf(container)
  const dir = cgroups.at(-1)
  if (dir === undefined) {
    if (container.status === 'stopped') return []
    const why = 'it has no cgroup by which its processes could be told from others'
    throw new UsageError('STATUS', `cannot list the processes of container ${id}: ${why}`, id)
  }
  const inode = inodes[cgroups.length - 1] ?? 0
  const list = runtime.native.members(dir, inode === 0 ? '' : String(inode))
  if (typeof list === 'string') return pidsOf(list)
  // A container whose cgroup has gone has no processes any more.
  if ([-ENOENT, -ENODEV, -ESTALE].includes(list)) return []
  throw new UsageError('SYSTEM', `cannot list the processes of container ${id}: ${dir}: ${errno(-list).text}`, id)
}

function pidsOf(list: string): number[] {
  const pids = new Set(list.split('\n').slice(0, -1).map(Number))
  return [...pids].sort((a, b) => a - b)
}
