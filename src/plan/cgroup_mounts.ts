import type { Hierarchy } from '../cgroup/hierarchy.ts'
import { mountAttr, propagation } from '../kernel/mount.ts'
import type { Step } from '../step/step.ts'
import { attach } from './binds.ts'
import type { Context } from './context.ts'
import { filesystem, type Wanted } from './filesystems.ts'
import type { Options } from './mount_options.ts'
import { refuse } from './refuse.ts'
import { recursive } from './rootfs.ts'
import { addSource, type Sources } from './sources.ts'

/** A mount of type cgroup: what the machine has, seen as the container may see it. */
export function* cgroupMount(context: Context, wanted: Wanted, sources: Sources): Generator<Step> {
  const { v1, v2 } = context.host
  if (v1.length > 0) yield* legacy(context, wanted, sources)
  else if (v2 !== undefined) yield* unified(context, wanted, { sources, v2 })
  else refuse(wanted.from, 'no cgroup file system is mounted on this machine')
}

type Unified = { readonly sources: Sources; readonly v2: Hierarchy }

// Without a cgroup namespace a new mount would be the host's, and its options would change the host's (cgroups(7)): a bind
// mount has flags of its own, so that a read-only one is (CVE-2023-25809).
function* unified({ own }: Context, wanted: Wanted, { sources, v2 }: Unified): Generator<Step> {
  if (own.cgroup !== undefined) {
    yield filesystem({ ...wanted, mount: { ...wanted.mount, type: 'cgroup2', source: 'cgroup' } })
    return
  }
  const { from } = wanted
  const slot = addSource(sources, { from, path: v2.mount, recursive: true, propagation: propagation.slave | recursive })
  yield attach(wanted, slot, wanted.options.propagation)
}

/** cgroup v1: a folder for each hierarchy in a tmpfs, and a link for each controller that shares one. */
function* legacy(context: Context, wanted: Wanted, sources: Sources): Generator<Step> {
  const { from, options, target } = wanted
  const inside: Options = { ...options, propagation: 0, superblock: [], data: [] }
  const writable: Options = { ...inside, set: options.set & ~mountAttr.rdonly, data: ['mode=755'] }
  writable.propagation = options.propagation
  const tmpfs = { destination: target, type: 'tmpfs', source: 'tmpfs' }
  yield filesystem({ ...wanted, mount: tmpfs, options: writable })
  for (const hierarchy of context.host.v1) {
    const place = { ...wanted, options: inside, target: `${target}/${folderOf(hierarchy)}` }
    yield controller(context, place, { sources, hierarchy })
  }
  for (const hierarchy of context.host.v1) yield* links(hierarchy, wanted)
  if (options.set & mountAttr.rdonly) {
    const set = mountAttr.rdonly
    yield { op: 'remount', hand: 'init', from, target, set, clear: 0, recursive: false, propagation: 0 }
  }
}

type Controller = { readonly sources: Sources; readonly hierarchy: Hierarchy }

// In a cgroup namespace a mount shows what is below its root. Without one it would show all of the host: so the container's own.
function controller(context: Context, place: Wanted, { sources, hierarchy }: Controller): Step {
  if (context.own.cgroup !== undefined) {
    const mount = { destination: place.target, type: 'cgroup', source: 'cgroup' }
    return filesystem({ ...place, mount, options: { ...place.options, data: [...hierarchy.controllers] } })
  }
  const folder = context.folders.v1.find((each) => each.hierarchy === hierarchy)
  const slot = addSource(sources, {
    from: place.from,
    path: folder?.path ?? `${hierarchy.mount}${hierarchy.own === '/' ? '' : hierarchy.own}`,
    recursive: false,
    propagation: propagation.private,
  })
  return attach(place, slot, 0)
}

function* links(hierarchy: Hierarchy, { from, target }: Wanted): Generator<Step> {
  const folder = folderOf(hierarchy)
  if (hierarchy.controllers.length < 2) return
  for (const name of hierarchy.controllers) {
    if (name === folder) continue
    yield { op: 'symlink', hand: 'init', from, target: folder, path: `${target}/${name}`, replace: false }
  }
}

function folderOf({ mount }: Hierarchy): string {
  return mount.slice(mount.lastIndexOf('/') + 1)
}
