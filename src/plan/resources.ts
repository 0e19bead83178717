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

/** Throws SpecFailure for what cannot be limited here. */
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

// What systemd rounds is rounded here too.
function kept({ unit }: Context, asked: Resources): Resources {
  return unit === undefined || asked.cpu === undefined ? asked : { ...asked, cpu: roundedQuota(asked.cpu) }
}

/** All of them but that of pids, and on cgroup v2 the controllers, which are also there to count. */
export function* resources(context: Context, limits: Limits): Generator<Step> {
  const { v2 } = context.folders
  if (v2 !== undefined) yield* enable(context, v2, limits)
  for (const limit of limits) if (limit.controller !== 'pids') yield step(context, limit)
}

/** systemd limits pids from the start of a unit: taken back until the init has forked for the last time. */
export function* pidsOpen(context: Context, limits: Limits): Generator<Step> {
  for (const limit of limits) if (limit.controller === 'pids') yield step(context, { ...limit, value: 'max' })
}

/** The limit of pids: it counts the init, which forks into some namespaces and for hooks. */
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

// Limits or not: who watches the container reads what its controllers count (memory.events, cpu.stat).
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
  // systemd passes on those that it knows.
  const wanted = unit === undefined ? controllers.filter((name) => !needed.includes(name)) : []
  if (needed.length + wanted.length === 0) return
  const pointer = needed.length === 0 ? '' : '/linux/resources'
  yield { op: 'enable', actor: 'parent', pointer, dirs, needed, wanted }
}
