import type { Folders } from '../folders.ts'
import type { Hierarchies, Hierarchy } from '../hierarchy.ts'
import type { Unit } from './unit.ts'

/**
 * The folders of a unit. `manager` is the cgroup of the systemd that keeps it: `/`, or that of the user's manager. In v1 hierarchies that
 * systemd leaves alone (cpuset, freezer) they have the same path.
 */
export function unitFolders({ v1, v2 }: Hierarchies, unit: Unit, manager: string): Folders {
  const base = manager === '/' ? '' : manager
  const folder = (hierarchy: Hierarchy) => ({ hierarchy, path: `${hierarchy.mount}${base}${unit.path}` })
  return { v1: v1.map(folder), v2: v2 === undefined ? undefined : folder(v2) }
}
