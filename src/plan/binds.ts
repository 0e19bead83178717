import { refuse } from '../failure.ts'
import { MS_REC, propagation } from '../kernel/mount.ts'
import type { IdmapOption, Mapped } from '../spec/idmap_option.ts'
import { mapLines } from '../spec/mappings.ts'
import type { IDMapping } from '../spec/mounts.ts'
import type { Step } from '../step/step.ts'
import { type Context, inBundle } from './context.ts'
import type { Wanted } from './filesystems.ts'
import { hostId } from './idmap.ts'
import { replaced } from './mount_options.ts'
import { addIdmap, addSource, inherited, type Sources } from './sources.ts'

/** A bind mount: the source is cloned (open_tree(2)), and the clone is moved to its destination. */
export function* bind(context: Context, wanted: Wanted, sources: Sources): Generator<Step> {
  const { pointer, mount, options } = wanted
  const below = options.bind === 'rbind'
  const source = mount.source ?? ''
  const inside = isMapped(wanted) ? undefined : insideOf(context, source)
  if (inside !== undefined) {
    const slot = sources.slots++
    // Whatever it is by then, it hears of it, and tells nothing back.
    const flags = earlyPropagation(context, options.propagation, below)
    const at = {
      pointer: `${pointer}/source`,
      slot,
      path: inside,
      recursive: below,
      propagation: flags,
      nofollow: options.sourceItself,
    }
    yield { op: 'source_in_root', actor: 'init', ...at }
    yield attach(context, wanted, { slot, propagation: options.propagation === flags ? 0 : options.propagation })
    return
  }
  const early = earlyPropagation(context, options.propagation, below)
  const late = early !== 0 && !isMapped(wanted) && context.clonesLate
  const slot = addSource(sources, {
    pointer: `${pointer}/source`,
    path: source.startsWith('/') ? source : `${context.request.bundle}/${source}`,
    recursive: below,
    propagation: late ? inherited(early) : early,
    nofollow: options.sourceItself,
    late,
  })
  idmap(context, wanted, { sources, slot })
  yield attach(context, wanted, { slot, propagation: options.propagation === early ? 0 : options.propagation })
}

/**
 * A source that lies below the container's own root, as a path from there: earlier mounts of the config are part of it. An id map needs rights of
 * the host, which the init has given up by then, so such a source is resolved in the image alone, as is one that leads into the root by another
 * name.
 */
function insideOf({ rootfs, request }: Context, source: string): string | undefined {
  if (rootfs === '/') return undefined
  const path = inBundle(request, source)
  if (path === rootfs) return '/'
  return path.startsWith(`${rootfs}/`) ? path.slice(rootfs.length) : undefined
}

type Clone = { readonly slot: number; readonly propagation: number }

/** Moves a clone to its destination and gives it the attributes of the config. */
export function attach({ own }: Context, { pointer, options, target }: Wanted, { slot, propagation }: Clone): Step {
  const { set, clear, setBelow, clearBelow } = options
  // mount(2) replaces all flags if one is given. In a user namespace the flags of the host's mount are locked, as mount_namespaces(7)
  // has it, and stay; our clone is made with the host's rights, so that they would not stay by themselves.
  const replaces = (set | clear) !== 0 && own.user === undefined
  return {
    op: 'bind',
    actor: 'init',
    pointer,
    slot,
    target,
    set,
    clear: replaces ? (replaced & ~set) | clear : clear,
    must_clear: clear,
    recursive_set: setBelow,
    recursive_clear: clearBelow,
    propagation,
    no_symlinks: target === '/proc' || target === '/sys',
    nofollow: options.destinationItself,
    copy_symlink: options.copySymlink,
    proc_file: target.startsWith('/proc/'),
  }
}

/**
 * The propagation of a clone that is not mounted yet. It must leave its peer group, or what the container mounts below it would appear on
 * the host. It stays a peer only if the config asks for `shared`, for the root and for the mount, and the container has no user namespace of
 * its own.
 */
function earlyPropagation({ own, host, spec }: Context, asked: number, below: boolean): number {
  const shared = (asked & propagation.shared) !== 0 && spec.linux?.rootfsPropagation?.endsWith('shared') === true
  if (shared && own.user === undefined && !host.rootless) return 0
  const settled = (asked & (propagation.private | propagation.slave)) !== 0
  if (settled && (asked & MS_REC || !below)) return asked
  return propagation.slave | (below ? MS_REC : 0)
}

function isMapped({ mount, options }: Wanted): boolean {
  return options.idmap !== undefined || (mount.uidMappings ?? []).length > 0
}

function idmap(context: Context, { pointer, mount, options }: Wanted, at: { sources: Sources; slot: number }): void {
  const { uidMappings = [], gidMappings = [] } = mount
  const listed = uidMappings.length > 0
  if (!listed && options.idmap === undefined) return
  const [uids, gids] = listed
    ? [uidMappings, gidMappings]
    : options.maps === undefined
      ? containerMaps(context, pointer)
      : optionMaps(context, pointer, options.maps)
  addIdmap(at.sources, {
    pointer: listed ? `${pointer}/uidMappings` : `${pointer}/options`,
    slot: at.slot,
    uids: mapLines(uids),
    gids: mapLines(gids),
    recursive: options.idmap === 'ridmap',
  })
}

/** crun's syntax has maps that start from the container's own ids (`@`). */
function optionMaps({ spec }: Context, pointer: string, { uids, gids }: IdmapOption) {
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  const outside = (mappings: readonly IDMapping[]) => (mapped: Mapped) => {
    if (!mapped.relative) return mapped
    const { hostID: id, size } = mapped
    const around = mappings.find(({ containerID, size: all }) => id >= containerID && id + size <= containerID + all)
    const first = around === undefined ? undefined : hostId([around], id)
    if (first !== undefined) return { ...mapped, hostID: first }
    return refuse(
      `${pointer}/options`,
      `@: ${size} ids from ${id} are not mapped together in the user namespace of the container`,
    )
  }
  return [uids.map(outside(uidMappings)), gids.map(outside(gidMappings))] as const
}

function containerMaps(context: Context, pointer: string): readonly [readonly IDMapping[], readonly IDMapping[]] {
  const { uidMappings = [], gidMappings = [] } = context.spec.linux ?? {}
  if (context.isNew.user) return [uidMappings, gidMappings]
  return refuse(
    `${pointer}/options`,
    'the user namespace is joined: its mappings must be listed in uidMappings and gidMappings',
  )
}
