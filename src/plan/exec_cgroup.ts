import type { Folder } from '../cgroup/folders.ts'
import { recordedFolders } from '../cgroup/recorded.ts'
import { refuse } from '../failure.ts'
import { clean } from '../spec/path.ts'
import type { Hierarchy } from './host.ts'
import type { State } from './state.ts'

/** Of a hierarchy, the container's own cgroup and that of its init. */
type Place = { readonly hierarchy: Hierarchy; readonly own: string; readonly init: string }

/** The cgroups that exec joins. */
export type ExecCgroups = { readonly v1: readonly string[]; readonly v2: string | undefined }

/**
 * Those of the init, which the container may have put below its own; or those that are asked for, below the container's own. `host`: with the
 * cgroups of the init. What the container has no cgroup in stays as it is.
 */
export function execCgroups(
  { cgroups }: Pick<State, 'cgroups'>,
  host: { readonly v1: readonly Hierarchy[]; readonly v2: Hierarchy | undefined },
  asked: readonly string[],
): ExecCgroups {
  const recorded = recordedFolders(host, cgroups)
  const v1 = recorded.v1.map(placeOf)
  const v2 = recorded.v2 && placeOf(recorded.v2)
  if (asked.length === 0) return { v1: v1.map(({ init }) => init), v2: v2?.init }
  const found = subCgroups(asked)
  checkNames(found, v2 === undefined ? v1 : [...v1, v2])
  return { v1: v1.map((each) => below(each, found)), v2: v2 && below(v2, found) }
}

function placeOf({ hierarchy, path: own }: Folder): Place {
  const init = `${hierarchy.mount}${hierarchy.own}`
  // By whole names: /a/web2 is not below /a/web.
  return { hierarchy, own, init: `${init}/`.startsWith(`${own}/`) ? init : own }
}

/** By the name of a controller; '' is for all. */
type SubCgroups = ReadonlyMap<string, string>

// runc's words, and its rules: a path for all, or one for each controller.
function subCgroups(asked: readonly string[]): SubCgroups {
  const found = new Map<string, string>()
  for (const each of asked) {
    const colon = each.indexOf(':')
    const path = each.slice(colon + 1)
    const names = colon < 0 ? [''] : each.slice(0, colon).split(',')
    if (colon < 0 && asked.length > 1)
      refuse('--cgroup', `invalid --cgroup argument: ${each} (missing <controller>: prefix)`)
    if (path.split('/').includes('..')) refuse('--cgroup', `${path} is not a sub cgroup path`)
    for (const name of names) {
      if (name === '' && colon >= 0)
        refuse('--cgroup', `invalid --cgroup argument: ${each} (empty <controller> prefix)`)
      if (found.has(name))
        refuse('--cgroup', `invalid --cgroup argument(s): controller ${name} specified multiple times`)
      found.set(name, path)
    }
  }
  return found
}

function checkNames(found: SubCgroups, places: readonly Place[]): void {
  for (const name of found.keys())
    if (name !== '' && !places.some(({ hierarchy }) => hierarchy.controllers.includes(name)))
      refuse('--cgroup', `the container has no cgroup with the controller ${name}`)
  if (places.length === 0) refuse('--cgroup', 'the container has no cgroup of its own')
}

function below({ hierarchy, own }: Place, found: SubCgroups): string {
  const name = hierarchy.controllers.find((each) => found.has(each)) ?? ''
  const path = clean(`/${found.get(name) ?? ''}`)
  return path === '/' ? own : `${own}${path}`
}
