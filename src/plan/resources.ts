import type { Folder } from '../cgroup/folders.ts'
import { compileResources } from '../cgroup/resources/compile.ts'
import type { Write } from '../cgroup/resources/write.ts'
import { roundedQuota } from '../cgroup/systemd/cpu_quota.ts'
import { SpecFailure } from '../failure.ts'
import type { Resources } from '../spec/resources.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/** The limits of `linux.resources`, but for its devices. */
export type Limits = readonly Write[]

/** Throws SpecFailure for a limit that is not possible on this machine. */
export function limitsOf(context: Context): Limits {
  const { spec, host, request } = context
  const asked = spec.linux?.resources
  if (asked === undefined || request.cgroups === 'disabled') return []
  const { writes, faults } = compileResources(kept(context, asked), host)
  if (faults.length > 0) throw new SpecFailure(faults)
  const homeless = writes.filter((write) => folderOf(context, write) === undefined)
  if (homeless.length === 0) return writes
  const message =
    'without privilege there is no cgroup to limit: leave it out, run as root, or where a cgroup is delegated'
  const limits = homeless.filter(({ missing_ok }) => missing_ok !== true)
  const pointers = new Set(limits.map(({ pointer }) => pointer))
  if (pointers.size > 0) throw new SpecFailure([...pointers].map((pointer) => ({ pointer, message })))
  return writes.filter((write) => folderOf(context, write) !== undefined)
}

// ocits rounds like systemd, so that both write the same value.
function kept({ unit }: Context, asked: Resources): Resources {
  return unit === undefined || asked.cpu === undefined ? asked : { ...asked, cpu: roundedQuota(asked.cpu) }
}

/** All limits but that of pids; on cgroup v2 all controllers are enabled, as they also count. */
export function* resources(context: Context, limits: Limits): Generator<Step> {
  const { v2 } = context.folders
  if (v2 !== undefined) yield* enable(context, v2, limits)
  for (const limit of limits) if (limit.controller !== 'pids') yield step(context, limit)
}

/** systemd sets the limit of pids when it starts the unit. It is removed until the init has forked for the last time. */
export function* pidsOpen(context: Context, limits: Limits): Generator<Step> {
  for (const limit of limits) if (limit.controller === 'pids') yield step(context, { ...limit, value: 'max' })
}

/** The limit of pids comes last, as it counts the init, which forks to enter some namespaces and for hooks. */
export function* pidsLimit(context: Context, limits: Limits): Generator<Step> {
  for (const limit of limits) if (limit.controller === 'pids') yield step(context, limit)
}

function folderOf({ folders }: Context, { version, controller }: Write): Folder | undefined {
  if (version === 2) return folders.v2
  return folders.v1.find(({ hierarchy }) => hierarchy.controllers.includes(controller))
}

function step(context: Context, write: Write): Step {
  const { pointer, file, value, missing_ok, otherwise } = write
  const folder = folderOf(context, write)?.path
  if (folder === undefined) throw new Error(`no cgroup of ${write.controller}`)
  const path = `${folder}/${file}`
  if (otherwise === undefined)
    return { op: 'write', actor: 'parent', pointer, path, value, missing_ok: missing_ok === true }
  const other = { other_path: `${folder}/${otherwise.file}`, other_value: otherwise.value }
  return { op: 'write_either', actor: 'parent', pointer, path, value, ...other }
}

// Also without limits, as monitors read what the controllers count (memory.events, cpu.stat).
function* enable({ unit }: Context, { hierarchy, path }: Folder, limits: Limits): Generator<Step> {
  const { mount, controllers } = hierarchy
  const dirs: string[] = []
  for (let dir = path; dir.length > mount.length; ) {
    dir = dir.slice(0, dir.lastIndexOf('/'))
    dirs.unshift(dir)
  }
  if (dirs.length === 0 || controllers.length === 0) return
  const asked = limits.filter(({ version }) => version === 2)
  const needed = controllers.filter((name) => asked.some(({ controller }) => controller === name))
  // systemd enables the controllers that it knows.
  const wanted = unit === undefined ? controllers.filter((name) => !needed.includes(name)) : []
  if (needed.length + wanted.length === 0) return
  const pointer = needed.length === 0 ? '' : '/linux/resources'
  yield { op: 'enable', actor: 'parent', pointer, dirs, needed, wanted }
}
