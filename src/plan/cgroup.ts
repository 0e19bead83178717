import { deviceFilter } from '../cgroup/device_filter.ts'
import { deviceLines } from '../cgroup/device_lines.ts'
import { deviceRules } from '../cgroup/device_rules.ts'
import { type Folder, paths } from '../cgroup/folders.ts'
import type { Pointer, Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { delegate } from './delegate.ts'
import { type Limits, resources } from './resources.ts'

/** The cgroup, before there is a process to put into it. */
export function* cgroup(context: Context, limits: Limits): Generator<Step> {
  const { folders } = context
  const dirs = paths(folders)
  if (dirs.length === 0) return
  const from = pointer(context)
  yield { op: 'cgroup', hand: 'parent', from, dirs }
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
export function birthplace({ folders }: Context): string {
  return folders.v2?.path ?? ''
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
