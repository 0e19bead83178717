import { MS_REC, mountAttr, propagation } from '../kernel/mount.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import { bind } from './binds.ts'
import { cgroupMount } from './cgroup_mounts.ts'
import type { Context } from './context.ts'
import { type Holders, held, holders } from './devices.ts'
import { filesystem, turnsReadonlyLate, type Wanted } from './filesystems.ts'
import { queueLabel } from './mount_label.ts'
import type { MountOptions } from './mount_options.ts'
import { addSource, type Sources } from './sources.ts'

/** Mounts in the order of the config, each followed by the devices and links that belong in it. */
export function* mounts(
  context: Context,
  all: readonly Wanted[],
  sources: Sources,
  found: Holders = holders(context, all),
): Generator<Step> {
  yield* held(context, found.get(-1) ?? [], sources)
  for (let i = 0; i < all.length; i++) {
    const wanted = all[i]
    if (wanted === undefined) break
    const { mount } = wanted
    if (wanted.isChange) yield change(wanted)
    else if (wanted.isBind) yield* bind(context, wanted, sources)
    else if (mount.type === 'cgroup') yield* cgroupMount(context, wanted, sources)
    else if (isForeign(context, mount.type ?? '')) yield* bind(context, asBind(wanted), sources)
    else if (mount.type === 'sysfs' && context.host.rootless) yield sysfs(wanted, sources)
    else {
      yield filesystem(wanted)
      if (mount.type === 'mqueue') yield* queueLabel(context, wanted)
    }
    const things = found.get(i)
    if (things !== undefined) yield* held(context, things, sources)
  }
}

/** The mounts that become read-only when everything is in them. */
export function* lateReadonly(all: readonly Wanted[]): Generator<Step> {
  // If several mounts have the same destination, its path leads to the last of them, so only that one can be made read-only.
  const last = new Map(all.map(({ target }, place) => [target, place]))
  for (const [place, wanted] of all.entries()) {
    const { pointer, target } = wanted
    if (turnsReadonlyLate(wanted) && last.get(target) === place) yield readonly(pointer, target)
  }
}

/** The root itself becomes read-only last. */
export function* readonlyRoot({ root }: Spec): Generator<Step> {
  if (root?.readonly === true) yield readonly('/root/readonly', '/')
}

export function readonly(pointer: Pointer, target: string): Step {
  const set = mountAttr.rdonly
  return { op: 'remount', actor: 'init', pointer, target, set, clear: 0, recursive: false, propagation: 0 }
}

function change({ pointer, options, target }: Wanted): Step {
  const { set, clear, setBelow, clearBelow } = options
  return {
    op: 'remount',
    actor: 'init',
    pointer,
    target,
    set: set | setBelow,
    clear: clear | clearBelow,
    recursive: (setBelow | clearBelow) !== 0,
    propagation: options.propagation,
  }
}

/** File systems that show the content of a namespace, with the type of that. */
export const shows: Readonly<Record<string, NamespaceType>> = { sysfs: 'network', proc: 'pid', mqueue: 'ipc' }

/** Where the host has them mounted. */
const places: Readonly<Record<string, string>> = { sysfs: '/sys', proc: '/proc', mqueue: '/dev/mqueue' }

/**
 * Whether a new mount of a file system is not possible: sysfs shows a network namespace, proc a pid namespace and mqueue an ipc namespace. A mount
 * needs rights over that namespace, and a user namespace has none over those of the host (user_namespaces(7)). The host's own mount shows the same.
 */
export function isForeign(context: Context, type: string): boolean {
  const { own, host } = context
  const shown = shows[type]
  if (shown === undefined || context.isNew[shown]) return false
  if (own.user === undefined) return host.rootless && own[shown] === undefined
  return context.isNew.user || own[shown] === undefined
}

// If a part of the caller's own /sys is covered, no new sysfs can be mounted (user_namespaces(7)): then that /sys is bound.
function sysfs(wanted: Wanted, sources: Sources): Step {
  const { fs, source, target, attrs, options, propagation: flags, no_symlinks } = filesystem(wanted)
  const { pointer } = wanted
  const slot = addSource(sources, {
    pointer,
    path: '/sys',
    recursive: true,
    propagation: propagation.slave | MS_REC,
  })
  const mount = { fs, source, target, attrs, options, propagation: flags, no_symlinks }
  return { op: 'mount_or_bind', actor: 'init', pointer, ...mount, slot }
}

// The bind includes all mounts below, which a new sysfs would not have, so the options hold for those, too.
function asBind(wanted: Wanted): Wanted {
  const { mount, options } = wanted
  const below: MountOptions = { ...options, bind: 'rbind', set: 0, setBelow: options.set | options.setBelow }
  if (below.propagation === 0) below.propagation = propagation.slave | MS_REC
  return { ...wanted, mount: { ...mount, source: places[mount.type ?? ''] ?? '' }, options: below }
}
