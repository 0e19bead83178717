import type { Hierarchy } from '../cgroup/hierarchy.ts'
import { refuse } from '../failure.ts'
import { MS_REC, mountAttr, propagation } from '../kernel/mount.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import { attach } from './binds.ts'
import type { Context } from './context.ts'
import { filesystem, type Wanted } from './filesystems.ts'
import { addSource, type Sources } from './sources.ts'

/** A mount of type cgroup: the hierarchies of the machine, v1 or v2, restricted to the container's own cgroups. */
export function* cgroupMount(context: Context, wanted: Wanted, sources: Sources): Generator<Step> {
  const { v1, v2 } = context.host
  if (v1.length > 0) yield* legacy(context, wanted, sources)
  else if (v2 !== undefined) yield* unified(context, wanted, { sources, v2 })
  else refuse(wanted.pointer, 'no cgroup file system is mounted on this machine')
}

type Unified = { readonly sources: Sources; readonly v2: Hierarchy }

// Without a cgroup namespace a new mount would be the host's, and its options would change the host's (cgroups(7)): a bind
// mount has flags of its own, so that a read-only one is (CVE-2023-25809).
function* unified(context: Context, wanted: Wanted, { sources, v2 }: Unified): Generator<Step> {
  if (context.own.cgroup !== undefined) {
    yield filesystem({ ...wanted, mount: { ...wanted.mount, type: 'cgroup2', source: 'cgroup' } })
    return
  }
  const { pointer } = wanted
  const slot = addSource(sources, {
    pointer,
    path: v2.mount,
    recursive: true,
    propagation: propagation.slave | MS_REC,
  })
  yield attach(context, wanted, { slot, propagation: wanted.options.propagation })
}

/** cgroup v1: a folder for each hierarchy in a tmpfs, and a link for each controller that shares one. */
function* legacy(context: Context, wanted: Wanted, sources: Sources): Generator<Step> {
  const { pointer, options, target } = wanted
  const attrs = options.set | options.setBelow
  const common = { op: 'mount', actor: 'init', pointer, no_symlinks: false, cover: false, copyup: false } as const
  const label = [context.mountLabel].filter((option) => option !== '')
  const writable = {
    attrs: attrs & ~mountAttr.rdonly,
    options: ['mode=755', ...label],
    propagation: options.propagation,
  }
  yield { ...common, fs: 'tmpfs', source: 'tmpfs', target, ...writable }
  const bare = { ...wanted.options, propagation: 0 }
  for (const hierarchy of context.host.v1) {
    const place = `${target}/${folderOf(hierarchy)}`
    // In a cgroup namespace a new mount shows what is below its root. Without one it would show all of the host, so its own is bound.
    if (context.own.cgroup === undefined) {
      const slot = addSource(sources, own(context, hierarchy, pointer))
      yield attach(context, { ...wanted, options: bare, target: place }, { slot, propagation: 0 })
    } else {
      const { controllers } = hierarchy
      yield { ...common, fs: 'cgroup', source: 'cgroup', target: place, attrs, options: controllers, propagation: 0 }
    }
  }
  for (const hierarchy of context.host.v1) yield* links(hierarchy, wanted)
  if (attrs & mountAttr.rdonly) {
    const set = mountAttr.rdonly
    yield { op: 'remount', actor: 'init', pointer, target, set, clear: 0, recursive: false, propagation: 0 }
  }
}

function own(context: Context, hierarchy: Hierarchy, pointer: Pointer) {
  const folder = context.folders.v1.find((each) => each.hierarchy === hierarchy)
  const path = folder?.path ?? `${hierarchy.mount}${hierarchy.own === '/' ? '' : hierarchy.own}`
  return { pointer, path, recursive: false, propagation: propagation.private, late: context.clonesLate }
}

function* links(hierarchy: Hierarchy, { pointer, target }: Wanted): Generator<Step> {
  const folder = folderOf(hierarchy)
  if (hierarchy.controllers.length < 2) return
  for (const name of hierarchy.controllers) {
    if (name === folder) continue
    yield { op: 'symlink', actor: 'init', pointer, target: folder, path: `${target}/${name}`, replace: false }
  }
}

function folderOf({ mount }: Hierarchy): string {
  return mount.slice(mount.lastIndexOf('/') + 1)
}
