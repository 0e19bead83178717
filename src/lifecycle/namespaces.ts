import { isFailure, UsageError } from '../failure.ts'
import type { NsFile } from '../kernel/ns_files.ts'
import { isContainerId } from '../machine/id.ts'
import { namespacesOf, type Scan } from '../machine/namespaces.ts'
import { checkOurs, isAlive, look, statOf } from '../machine/store.ts'
import type { Native } from '../native/table.ts'
import type { State } from '../plan/state.ts'
import { stateOf } from './container.ts'
import { list } from './list.ts'
import type { Runtime } from './runtime.ts'

/** The ids of the containers in each namespace that is not the caller's, by its inode. */
export function containersOf(runtime: Runtime, { own }: Scan): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  for (const { id, pid } of containers(runtime)) {
    const its = pid === 0 ? undefined : namespacesOf(runtime.native, pid)
    for (const [type, inode] of Object.entries(its ?? {})) {
      if (inode === own[type as NsFile]) continue
      const ids = found.get(inode)
      if (ids === undefined) found.set(inode, [id])
      else ids.push(id)
    }
  }
  return found
}

// A caller without a state root has no containers, and namespaces all the same.
function containers(runtime: Runtime): readonly { readonly id: string; readonly pid: number }[] {
  try {
    return list(runtime)
  } catch (failure) {
    if (!isFailure(failure)) throw failure
    runtime.warn(failure)
    return []
  }
}

/** A process that somebody names, by its number or as the init of a container. */
export type Named = {
  readonly word: string
  readonly pid: number
  /** The container's record; undefined: it was named by its number. */
  readonly state: State | undefined
}

/** The init of the container with an id, else the process with that number. Throws a UsageError. */
export function processNamed(runtime: Runtime, word: string): Named {
  const { native } = runtime
  const isPid = isNumber(word)
  const container = isContainerId(word) ? looked(runtime, word, isPid) : undefined
  if (container !== undefined) {
    const state = stateOf(container)
    if (container.status === 'stopped') throw new UsageError('STATUS', `container not running: ${word}`, word)
    return { word, pid: state.pid, state }
  }
  if (!isPid) throw new UsageError('MISSING', `container does not exist: ${word}`, word)
  if (native.mode(`/proc/${word}`) < 0) throw new UsageError('MISSING', `no container and no process ${word}`)
  return { word, pid: Number(word), state: undefined }
}

// A number is also asked for where there can be no container.
function looked(runtime: Runtime, id: string, isPid: boolean) {
  try {
    checkOurs(runtime.native, runtime.root)
    return look(runtime.native, runtime.root, id)
  } catch (failure) {
    if (isPid && failure instanceof UsageError && failure.code === 'ROOT') return undefined
    throw failure
  }
}

/** Its namespaces. Throws a UsageError where this caller may not look at them. */
export function namespacesNamed({ native }: Runtime, { pid, word }: Named): Readonly<Record<NsFile, number>> {
  const found = namespacesOf(native, pid)
  if (found !== undefined) return found
  throw new UsageError(
    'SYSTEM',
    `may not look at the namespaces of ${word}: that needs the same user and capabilities, or CAP_SYS_PTRACE (ptrace(2))`,
  )
}

/** When it was started, in clock ticks since boot: what tells it from a later process with its number. */
export function startedAt(native: Native, { pid, word, state }: Named): number {
  if (state !== undefined) return state.startTime
  const ticks = Number(statOf(native, pid)?.[19])
  if (Number.isNaN(ticks)) throw new UsageError('MISSING', `no container and no process ${word}`)
  return ticks
}

/** Whether it still is the process that was named; that cannot be told of one that was named by its number. */
export const isStill = ({ native }: Runtime, { state }: Named): boolean => state === undefined || isAlive(native, state)

function isNumber(word: string): boolean {
  let is = word !== '' && word.length <= 10 && word.charAt(0) !== '0'
  for (const digit of word) is &&= digit >= '0' && digit <= '9'
  return is
}
