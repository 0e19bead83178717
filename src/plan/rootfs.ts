import { refuse } from '../failure.ts'
import { MS_REC, propagation } from '../kernel/mount.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { addSource, type Sources } from './sources.ts'

/**
 * Opens the root file system. No symlink is allowed in its path, as somebody could change it meanwhile. This step precedes all host paths, as
 * those that lead into the root are resolved inside it. Answers the slot of its clone if the mount namespace is joined, where the folder has
 * no path.
 */
export function rootSource(context: Context, sources: Sources): number | undefined {
  const slot = isJoined(context) ? cloneOf(context, sources) : undefined
  sources.early.unshift(place(context))
  return slot
}

function cloneOf(context: Context, sources: Sources): number {
  const { rootfs: path } = context
  const clone = { pointer: '/root/path', path, recursive: true, propagation: ofClone(context), strict: true }
  return addSource(sources, clone)
}

/** The container's mounts do not propagate to the host any more; those of the host may still propagate to the container. */
export function* propagationOfAll(context: Context): Generator<Step> {
  if (!context.isNew.mount) return
  const pointer = context.spec.linux?.rootfsPropagation === undefined ? '' : '/linux/rootfsPropagation'
  yield { op: 'propagation', actor: 'init', pointer, flags: early(context) }
}

/** Mounts the root over its own folder, where hooks expect it. */
export function* root(context: Context, slot: number | undefined): Generator<Step> {
  if (slot !== undefined) {
    yield place(context) // in the namespace that is joined
    yield { op: 'joined_root', actor: 'init', pointer: '/root/path', slot }
    return
  }
  yield { op: 'root', actor: 'init', pointer: '/root/path', propagation: ofClone(context) }
}

// In a new mount namespace `propagation` has made all mounts slaves. A root that is going to be shared must not receive mounts of the host: as a
// shared slave it would pass them on.
function ofClone(context: Context): number {
  const asked = context.spec.linux?.rootfsPropagation
  if (asked === 'rshared') return propagation.private | MS_REC
  if (context.isNew.mount) return asked === 'shared' ? propagation.private : 0
  return asked === 'shared' ? propagation.private | MS_REC : early(context)
}

function place({ rootfs }: Context): Step {
  return { op: 'rootfs', actor: 'init', pointer: '/root/path', path: rootfs }
}

function isJoined({ own }: Context): boolean {
  return own.mount?.path !== undefined
}

/** Whether its root covers a folder in the host's mount namespace. */
export const covers = ({ own }: Context): boolean => own.mount === undefined

/** There the mount does not vanish with the container, so it has to be unmounted. */
export function* uncover(context: Context): Generator<Step> {
  const { rootfs } = context
  if (!covers(context)) return
  // No path would lead to the mount over `/`, so nobody could take it away again.
  if (rootfs === '/')
    refuse(
      '/root/path',
      'the root of the host as that of a container needs a mount namespace of its own: add {"type": "mount"} to linux.namespaces',
    )
  yield { op: 'uncover', actor: 'parent', pointer: '/root/path', path: rootfs }
}

/** From here on no path leads to the host. */
export function* changeRoot(context: Context): Generator<Step> {
  const asked = context.spec.linux?.rootfsPropagation
  if (!context.isNew.mount) yield { op: 'chroot', actor: 'init', pointer: '/root/path' }
  else if (context.request.noPivot) {
    if (asked === 'private' || asked === 'rprivate') {
      refuse('/linux/rootfsPropagation', 'a private root needs pivot_root')
    }
    yield { op: 'move_root', actor: 'init', pointer: '/root/path' }
  } else yield { op: 'pivot', actor: 'init', pointer: '/root/path' }
  const flags = asked === undefined ? 0 : flagsOf(asked)
  // Not earlier, when it would have changed the host's mounts, too.
  if (flags !== 0 && flags !== early(context)) {
    yield { op: 'root_propagation', actor: 'init', pointer: '/linux/rootfsPropagation', flags }
  }
}

// Neither shared nor unbindable before the root is changed: mounts would propagate to the host, or the binds of ocits would be refused.
function early({ spec }: Context): number {
  const asked = spec.linux?.rootfsPropagation
  return (asked === 'private' || asked === 'rprivate' ? propagation.private : propagation.slave) | MS_REC
}

function flagsOf(name: string): number {
  const below = name.startsWith('r')
  const kind = (below ? name.slice(1) : name) as keyof typeof propagation
  return propagation[kind] | (below ? MS_REC : 0)
}
