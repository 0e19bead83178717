import { clean } from '../spec/path.ts'
import { placeholder } from '../step/step.ts'
import type { Hierarchies, Hierarchy } from './hierarchy.ts'

/** The container's cgroup in one hierarchy; the path is a text with placeholders. */
export type Folder = { readonly hierarchy: Hierarchy; readonly path: string }

/** The container's cgroup, hierarchy by hierarchy. */
export type Folders = { readonly v1: readonly Folder[]; readonly v2: Folder | undefined }

/**
 * Where `linux.cgroupsPath` is: an absolute path below the root of each hierarchy, a relative one below the runtime's own
 * cgroup. Without it, a cgroup named by the id below the runtime's own, so that the limits of the caller hold.
 */
export function folders({ v1, v2 }: Hierarchies, cgroupsPath: string): Folders {
  const found: Folder[] = []
  for (const hierarchy of v1) found.push({ hierarchy, path: folder(hierarchy, hierarchy.own, cgroupsPath) })
  if (v2 === undefined) return { v1: found, v2 }
  // A cgroup with controllers has either processes or children (cgroups(7), no internal processes). The runtime's own has processes,
  // so the container's is made beside it.
  const base = v2.controllers.length > 0 ? clean(`${v2.own}/..`) : v2.own
  return { v1: found, v2: { hierarchy: v2, path: folder(v2, base, cgroupsPath) } }
}

/** The same path in all hierarchies, below the root of each. */
export function foldersOf({ v1, v2 }: Hierarchies, path: string): Folders {
  const at = (hierarchy: Hierarchy) => ({ hierarchy, path: `${hierarchy.mount}${path}` })
  return { v1: v1.map(at), v2: v2 && at(v2) }
}

/** Those of them that the caller has the right to make. */
export function delegated({ v1, v2 }: Folders): Folders {
  return { v1: v1.filter(mayMake), v2: v2 !== undefined && mayMake(v2) ? v2 : undefined }
}

function mayMake({ hierarchy: { delegated: top, mount }, path }: Folder): boolean {
  if (top === undefined || top === '/') return true
  return top !== '' && path.startsWith(`${mount}${top}/`)
}

function folder(hierarchy: Hierarchy, base: string, cgroupsPath: string): string {
  const path = cgroupsPath === '' ? placeholder.id : cgroupsPath
  const below = clean(path.startsWith('/') ? path : `${base === '/' ? '' : base}/${path}`)
  return below === '/' ? hierarchy.mount : `${hierarchy.mount}${below}`
}

/** All hierarchies, v2 last. */
export function paths({ v1, v2 }: Folders): readonly string[] {
  const found: string[] = []
  for (const each of v1) found.push(each.path)
  if (v2 !== undefined) found.push(v2.path)
  return found
}
