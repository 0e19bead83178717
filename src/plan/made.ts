import type { Intent } from './state.ts'

/** In place of an inode: the create died while it made the cgroup, which has no processes (native/parent/cgroup.h). */
export const ifEmpty = 1

/** The cgroups that were made for a container, as arguments of steps: no others are killed, emptied or removed. */
export function cgroupsOf({ cgroups, inodes }: Intent): { dirs: readonly string[]; inodes: readonly string[] } {
  const dirs: string[] = []
  const made: string[] = []
  for (let i = 0; i < cgroups.length; i++) {
    const inode = inodes[i] ?? 0
    if (inode === 0) continue
    dirs.push(cgroups[i] ?? '')
    made.push(`${inode}`)
  }
  return { dirs, inodes: made }
}
