import type { Step } from '../step/step.ts'
import { ifEmpty } from './made.ts'
import { type Intent, lockState, type State } from './state.ts'

/** How long a container may take to come to rest, and to go on, in milliseconds. */
const timeout = 10_000

/** The cgroup that is frozen with all of a container and nothing else in it, and its inode. */
export type Freezer = { readonly dir: string; readonly inode: number }

/** undefined: the container has none, or shares it with what was there before. */
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

/** Lets it go on. */
export function* resumeSteps(state: State, freezer: Freezer): Generator<Step> {
  yield lockState(state)
  yield { op: 'unfreeze', actor: 'parent', pointer: '', ...freezer, timeout }
}
