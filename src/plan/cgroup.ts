import { deviceFilter } from '../cgroup/device_filter.ts'
import { deviceLines } from '../cgroup/device_lines.ts'
import { deviceRules } from '../cgroup/device_rules.ts'
import { type Folder, paths } from '../cgroup/folders.ts'
import type { Pointer, Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { delegate } from './delegate.ts'
import { type Limits, resources } from './resources.ts'
import { unit } from './unit.ts'

/** The cgroup, before there is a process to put into it. */
export function* cgroup(context: Context, limits: Limits): Generator<Step> {
  const { folders, unit } = context
  // On v1 systemd makes a unit's cgroup in its own hierarchy, and only in some of the others.
  const dirs = paths(unit === undefined ? folders : { v1: folders.v1.filter(isOurs), v2: undefined })
  if (dirs.length > 0) yield { op: 'cgroup', hand: 'parent', from: pointer(context), dirs }
  if (unit === undefined) yield* settings(context, limits)
}

/** The cgroup of a unit, which is there only with the init in it. */
export function* cgroupOfUnit(context: Context, limits: Limits): Generator<Step> {
  if (context.unit === undefined) return
  yield* unit(context, paths(context.folders))
  yield* settings(context, limits)
}

function isOurs({ hierarchy: { controllers } }: Folder): boolean {
  return !controllers.includes('name=systemd')
}

function* settings(context: Context, limits: Limits): Generator<Step> {
  const { folders } = context
  if (paths(folders).length === 0) return
  const from = pointer(context)
  const cpuset = controlledBy(folders.v1, 'cpuset')
  if (cpuset !== undefined) yield { op: 'cpuset', hand: 'parent', from, dir: cpuset.path }
  yield* resources(context, limits)
  yield* devices(context)
  yield* delegate(context)
}

/** cgroup v1: the init puts itself in, thread by thread, which spares it the wait that cgroup.procs asks for. */
export function* joinCgroup(context: Context): Generator<Step> {
  const dirs: string[] = []
  for (const { path } of context.folders.v1) dirs.push(path)
  if (dirs.length > 0) yield { op: 'join', hand: 'init', from: pointer(context), dirs }
}

/** cgroup v2: the folder that the init is born in. */
export function birthplace({ folders, unit }: Context): string {
  return unit === undefined ? (folders.v2?.path ?? '') : ''
}

function pointer({ spec }: Context): Pointer {
  return spec.linux?.cgroupsPath === undefined || spec.linux.cgroupsPath === '' ? '' : '/linux/cgroupsPath'
}

// Without root rights no device rules can be set; nor can the container make nodes, and what is in its /dev the caller may use.
function* devices({ folders, spec, host }: Context): Generator<Step> {
  if (host.rootless) return
  const rules = deviceRules(spec.linux?.resources?.devices ?? [])
  const v1 = controlledBy(folders.v1, 'devices')
  if (v1 === undefined) {
    if (folders.v2 === undefined) return
    const from = spec.linux?.resources?.devices === undefined ? '' : '/linux/resources/devices'
    yield { op: 'device_filter', hand: 'parent', from, dir: folders.v2.path, program: deviceFilter(rules) }
    return
  }
  for (const rule of rules) {
    const path = `${v1.path}/${rule.allow ? 'devices.allow' : 'devices.deny'}`
    for (const value of deviceLines(rule)) {
      yield { op: 'write', hand: 'parent', from: rule.from, path, value, missing_ok: false }
    }
  }
}

function controlledBy(v1: readonly Folder[], controller: string): Folder | undefined {
  return v1.find(({ hierarchy }) => hierarchy.controllers.includes(controller))
}
