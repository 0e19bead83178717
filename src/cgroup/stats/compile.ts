import { nothing, type Stats } from './stats.ts'
import type { Files } from './text.ts'
import { v1 } from './v1.ts'
import { pressures, v2 } from './v2.ts'

/**
 * What the cgroups of a container tell of it. Each controller is in one hierarchy: where v1 has it, v2 has not. `cgroups`: those of all
 * hierarchies.
 */
export function stats(cgroups: readonly Files[]): Stats {
  const told = nothing()
  const unified = cgroups.find(({ names }) => names().includes('cgroup.controllers'))
  const older = cgroups.filter((each) => each !== unified)
  if (unified !== undefined) for (const { file, tell } of v2) if (has(unified, file)) tell(unified, told)
  for (const { file, tell } of v1) {
    const files = older.find((each) => has(each, file))
    if (files !== undefined) tell(files, told)
  }
  if (unified !== undefined) pressures(unified, told)
  return told
}

/** Whether there is a file of that name; of one that begins so, where it ends in a dot. */
function has({ names }: Files, file: string): boolean {
  return file.endsWith('.') ? names().some((name) => name.startsWith(file)) : names().includes(file)
}
