import { deviceFilter } from '../cgroup/device_filter.ts'
import { deviceLines } from '../cgroup/device_lines.ts'
import { deviceRules } from '../cgroup/device_rules.ts'
import { type Folder, type Folders, paths } from '../cgroup/folders.ts'
import { refuse } from '../failure.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { delegate } from './delegate.ts'
import { type Limits, pidsOpen, resources } from './resources.ts'
import { unit } from './unit.ts'

/**
 * Whether the parent makes the v1 cgroups while the init makes its namespaces: these two take the longest. Not if the init is in a user
 * namespace, where it has no right to join the cgroups, or in a joined mount namespace, where it cannot name them, nor if a cgroup has to
 * be cloned early. systemd makes the cgroups of a unit.
 */
export function isBeside(context: Context): boolean {
  const { folders, unit, own, host } = context
  if (folders.v1.length === 0 || unit !== undefined || own.user !== undefined || host.rootless) return false
  return context.isNew.mount && (own.cgroup === undefined ? context.clonesLate : own.cgroup.path === undefined)
}

/**
 * Refuses the root of a hierarchy, and the runtime's own cgroup or one above it: limits would hold for other processes, too, and removing
 * the container would kill them.
 */
function checkPlace({ folders: { v1, v2 } }: Context): void {
  for (const { hierarchy, path } of v2 === undefined ? v1 : [...v1, v2]) {
    const { mount, own } = hierarchy
    if (path === mount) refuse('/linux/cgroupsPath', `${path} is the root of all cgroups: it cannot be a container's`)
    if (`${mount}${own}/`.startsWith(`${path}/`))
      refuse('/linux/cgroupsPath', `${path} is the cgroup of ocits itself or above it: it cannot be a container's`)
  }
}

/** The steps for the cgroups before the init is there; at least for the one in which the init is born. */
export function* cgroup(context: Context, limits: Limits): Generator<Step> {
  const { folders, unit } = context
  checkPlace(context)
  // On v1 systemd makes the cgroup of a unit in its own hierarchy and in a few others, not in all.
  if (unit !== undefined) yield* make(context, { v1: folders.v1.filter(isOurs), v2: undefined })
  else if (isBeside(context)) yield* make(context, { v1: [], v2: folders.v2 })
  else yield* whole(context, folders, limits)
}

/** The other cgroups, and how the init joins all of them. */
export function* cgroupBeside(context: Context, limits: Limits): Generator<Step> {
  if (!isBeside(context)) return
  yield { op: 'concurrent', actor: 'parent', pointer: '' }
  yield* whole(context, { ...context.folders, v2: undefined }, limits)
  yield* joinCgroup(context)
}

function* whole(context: Context, folders: Folders, limits: Limits): Generator<Step> {
  yield* make(context, folders)
  yield* settings(context, limits)
}

function* make(context: Context, folders: Folders): Generator<Step> {
  const dirs = paths(folders)
  const all = paths(context.folders)
  if (dirs.length > 0)
    yield {
      op: 'cgroup',
      actor: 'parent',
      pointer: cgroupsPathPointer(context),
      dirs,
      at: dirs.map((dir) => all.indexOf(dir)),
    }
}

/** The cgroup of a unit, which systemd makes with the init in it. */
export function* cgroupOfUnit(context: Context, limits: Limits): Generator<Step> {
  if (context.unit === undefined) return
  const { v1, v2 } = context.folders
  const made: number[] = []
  for (let i = 0; i < v1.length; i++) if (!isOurs(v1[i] as Folder)) made.push(i)
  if (v2 !== undefined) made.push(v1.length)
  yield* unit(context, paths(context.folders), made)
  yield* pidsOpen(context, limits)
  yield* settings(context, limits)
}

function isOurs({ hierarchy: { controllers } }: Folder): boolean {
  return !controllers.includes('name=systemd')
}

function* settings(context: Context, limits: Limits): Generator<Step> {
  const { folders } = context
  if (paths(folders).length === 0) return
  const pointer = cgroupsPathPointer(context)
  const cpuset = controlledBy(folders.v1, 'cpuset')
  if (cpuset !== undefined) yield { op: 'cpuset', actor: 'parent', pointer, dir: cpuset.path }
  yield* resources(context, limits)
  yield* devices(context)
  yield* delegate(context)
}

/** cgroup v1: the init writes its thread to `tasks`, as cgroup.procs makes the writer wait. */
export function* joinCgroup(context: Context): Generator<Step> {
  const dirs: string[] = []
  for (const { path } of context.folders.v1) dirs.push(path)
  if (dirs.length > 0) yield { op: 'join', actor: 'init', pointer: cgroupsPathPointer(context), dirs }
}

/** cgroup v2: the folder of the cgroup in which the init is born (clone3(2), CLONE_INTO_CGROUP). */
export function birthplace({ folders, unit }: Context): string {
  return unit === undefined ? (folders.v2?.path ?? '') : ''
}

function cgroupsPathPointer({ spec }: Context): Pointer {
  return spec.linux?.cgroupsPath === undefined || spec.linux.cgroupsPath === '' ? '' : '/linux/cgroupsPath'
}

// A user who is not root cannot set device rules. Nor can the container make nodes then, and its /dev only has devices that this user may use.
function* devices({ folders, spec, host }: Context): Generator<Step> {
  if (host.rootless) return
  const rules = deviceRules(spec.linux?.resources?.devices ?? [])
  const v1 = controlledBy(folders.v1, 'devices')
  if (v1 === undefined) {
    if (folders.v2 === undefined) return
    const pointer = spec.linux?.resources?.devices === undefined ? '' : '/linux/resources/devices'
    yield { op: 'device_filter', actor: 'parent', pointer, dir: folders.v2.path, program: deviceFilter(rules) }
    return
  }
  for (const rule of rules) {
    const path = `${v1.path}/${rule.allow ? 'devices.allow' : 'devices.deny'}`
    for (const value of deviceLines(rule)) {
      yield { op: 'write', actor: 'parent', pointer: rule.pointer, path, value, missing_ok: false }
    }
  }
}

function controlledBy(v1: readonly Folder[], controller: string): Folder | undefined {
  return v1.find(({ hierarchy }) => hierarchy.controllers.includes(controller))
}
