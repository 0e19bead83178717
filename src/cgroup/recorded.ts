import type { Folder, Folders } from './folders.ts'
import type { Hierarchies, Hierarchy } from './hierarchy.ts'

/** The cgroups of a container, from the paths in its record. A hierarchy in which it has no cgroup is left out. */
export function recordedFolders({ v1, v2 }: Hierarchies, cgroups: readonly string[]): Folders {
  const found: Folder[] = []
  for (const hierarchy of v1) found.push(...recordedIn(hierarchy, cgroups))
  return { v1: found, v2: v2 === undefined ? undefined : recordedIn(v2, cgroups)[0] }
}

function recordedIn(hierarchy: Hierarchy, cgroups: readonly string[]): readonly Folder[] {
  const path = cgroups.find((each) => each.startsWith(`${hierarchy.mount}/`))
  return path === undefined ? [] : [{ hierarchy, path }]
}
