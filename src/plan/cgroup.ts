import { deviceFilter } from '../cgroup/device_filter.ts'
import { deviceLines } from '../cgroup/device_lines.ts'
import { deviceRules } from '../cgroup/device_rules.ts'
import { type Folder, paths } from '../cgroup/folders.ts'
import type { Pointer, Step } from '../step/step.ts'
import { type Context, isNew } from './context.ts'
import { hostId } from './idmap.ts'
import { type Limits, resources } from './resources.ts'

/** The cgroup, before there is a process to put into it. */
export function* cgroup(context: Context, limits: Limits): Generator<Step> {
  const { folders, spec } = context
  const dirs = paths(folders)
  if (dirs.length === 0) return
  const from = pointer(context)
  yield { op: 'cgroup', hand: 'parent', from, dirs }
  const cpuset = controlledBy(folders.v1, 'cpuset')
  if (cpuset !== undefined) yield { op: 'cpuset', hand: 'parent', from, dir: cpuset.path }
  yield* resources(context, limits)
  yield* devices(context)
  const root = delegated(context)
  if (root !== undefined && folders.v2 !== undefined) {
    const { uid = 0, gid = 0 } = spec.process?.user ?? {}
    const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
    const owner = { uid: hostId(uidMappings, uid) ?? uid, gid: hostId(gidMappings, gid) ?? gid }
    // Without root rights nothing can be given away.
    if (owner.uid !== context.host.euid && !context.host.rootless) {
      yield { op: 'delegate', hand: 'parent', from: root, dir: folders.v2.path, ...owner }
    }
  }
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

// A pure v2 container that may write to its own cgroup: by the mount, inside a cgroup namespace (cgroups(7), delegation).
function delegated(context: Context): Pointer | undefined {
  if (context.folders.v1.length > 0 || !isNew(context, 'cgroup')) return undefined
  const index = (context.spec.mounts ?? []).findIndex(
    ({ type = '', options = [] }) => (type === 'cgroup' || type === 'cgroup2') && !options.includes('ro'),
  )
  return index < 0 ? undefined : `/mounts/${index}`
}
