import type { Step } from '../step/step.ts'
import { ifEmpty } from './made.ts'
import { type Intent, lockState, type State } from './state.ts'

/** The time limit to freeze a container, and to thaw it, in milliseconds. */
const timeout = 10_000

/** The cgroup that has all processes of a container and no others, and its inode. */
export type Freezer = { readonly dir: string; readonly inode: number }

/** undefined: the container has no such cgroup, or its cgroup existed before it. */
export function freezerOf({ freezer, cgroups, inodes }: Intent): Freezer | undefined {
  if (freezer === undefined) return undefined
  const inode = inodes[cgroups.indexOf(freezer)] ?? 0
  return inode > ifEmpty ? { dir: freezer, inode } : undefined
}

/** Freezes a container whole, or not at all. */
export function* pauseSteps(state: State, freezer: Freezer): Generator<Step> {
  yield lockState(state)
  yield { op: 'freeze', actor: 'parent', pointer: '', ...freezer, timeout }
}

/** Thaws it. */
export function* resumeSteps(state: State, freezer: Freezer): Generator<Step> {
  yield lockState(state)
  yield { op: 'unfreeze', actor: 'parent', pointer: '', ...freezer, timeout }
}
