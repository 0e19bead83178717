import { refuse } from '../failure.ts'
import { deviceTypes } from '../kernel/devices.ts'
import { propagation } from '../kernel/mount.ts'
import type { IDMapping } from '../spec/mounts.ts'
import { clean } from '../spec/path.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import type { Wanted } from './filesystems.ts'
import { hostId } from './idmap.ts'
import { addDevice, addSource, type Sources } from './sources.ts'

type Node = {
  readonly pointer: Pointer
  readonly path: string
  readonly type: keyof typeof deviceTypes
  readonly major: number
  readonly minor: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

type Link = { readonly path: string; readonly target: string; readonly replace: boolean }

/** Nodes and links by the index, in the config, of the mount in which they belong; -1: the root. */
export type Holders = ReadonlyMap<number, readonly (Node | Link)[]>

/**
 * The device nodes every container has, those the config lists, and the links of /dev. Each is made right after the
 * mount at its path: a later mount may cover that one by a link of the image (`/data → /dev`), and would get the nodes instead. A /dev of the host
 * stays as it is.
 */
export function holders(context: Context, all: readonly Wanted[]): Holders {
  const last = new Map<string, number>()
  for (let i = 0; i < all.length; i++) {
    const wanted = all[i]
    if (wanted !== undefined && !wanted.isChange) last.set(wanted.target, i)
  }
  const found = new Map<number, (Node | Link)[]>()
  const folders = new Map<string, number>() // nearly all are in /dev
  const add = (one: Node | Link) => {
    const place = holder(last, folders, one.path)
    const list = found.get(place)
    if (list === undefined) found.set(place, [one])
    else list.push(one)
  }
  const foreign = all.some(({ target, isBind }) => isBind && target === '/dev')
  const listed = listedNodes(context)
  for (const node of foreign ? [] : defaults) if (!listed.has(node.path)) add(node)
  for (const node of listed.values()) if (!(foreign && node.path.startsWith('/dev/'))) add(node)
  for (const link of foreign ? [] : links) {
    // A device of the config has precedence over the link ptmx, and a mount of the config over every link.
    if (!last.has(link.path) && !(link.replace && listed.has(link.path))) add(link)
  }
  return found
}

/** The index of the last mount at this path or above it. `folders`: what is known of the folders above. */
function holder(last: ReadonlyMap<string, number>, folders: Map<string, number>, path: string): number {
  const here = last.get(path) ?? -1
  if (path === '/') return here
  const above = path.slice(0, path.lastIndexOf('/')) || '/'
  let place = folders.get(above)
  if (place === undefined) {
    place = holder(last, folders, above)
    folders.set(above, place)
  }
  return Math.max(here, place)
}

/** The steps for one node or link. */
export function* held(context: Context, things: readonly (Node | Link)[], sources: Sources): Generator<Step> {
  for (const one of things) {
    if ('target' in one) yield { op: 'symlink', actor: 'init', pointer: '', ...one }
    else yield* node(context, one, sources)
  }
}

function* node(context: Context, made: Node, sources: Sources): Generator<Step> {
  const { own, host } = context
  const { pointer, path, major, minor, mode, uid, gid } = made
  const [type, device] = [deviceTypes[made.type], { major, minor }]
  if (made.type === 'p' || (own.user === undefined && !host.rootless && host.makesNodes)) {
    yield { op: 'device', actor: 'init', pointer, path, type, device, mode, uid, gid }
    return
  }
  // In a user namespace, and without CAP_MKNOD, mknod(2) fails for devices, and nodes on its mounts could not be opened: the host's are bound.
  const owner = pointer === '' || host.rootless || !host.makesNodes ? undefined : ownerOf(context, made)
  const slot =
    owner === undefined
      ? addSource(sources, { pointer, path, recursive: false, propagation: propagation.private })
      : addDevice(sources, { pointer, type, device, mode, ...owner })
  yield { op: 'device_bind', actor: 'init', pointer, path, slot, type, device }
}

/** The owner's ids on the host; undefined if they are not known, in a joined user namespace whose maps the config does not repeat. */
function ownerOf({ spec }: Context, { pointer, uid, gid }: Node): { uid: number; gid: number } | undefined {
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  if (uidMappings.length === 0 || gidMappings.length === 0) return undefined
  return { uid: mapped(uidMappings, uid, `${pointer}/uid`), gid: mapped(gidMappings, gid, `${pointer}/gid`) }
}

function mapped(mappings: readonly IDMapping[], id: number, pointer: Pointer): number {
  return hostId(mappings, id) ?? refuse(pointer, `${id} is not mapped in the user namespace of the container`)
}

/** The devices by path. Of two with the same path the first is made, as by runc and crun. */
function listedNodes({ spec, warn }: Context): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>()
  const list = spec.linux?.devices ?? []
  for (let i = 0; i < list.length; i++) {
    const device = list[i]
    if (device === undefined) break
    const { type, fileMode = 0o666, uid = 0, gid = 0 } = device
    const path = clean(device.path)
    // A FIFO has no device number, so those of the config are ignored.
    const [major, minor] = type === 'p' ? [0, 0] : [Number(device.major ?? 0), Number(device.minor ?? 0)]
    const pointer = `/linux/devices/${i}`
    const other = found.get(path)
    if (other === undefined) found.set(path, { pointer, path, type, major, minor, mode: fileMode & 0o7777, uid, gid })
    else warn(`${pointer}/path`, `${path} is that of ${other.pointer} already: this one is not made`)
  }
  return found
}

function usual(name: string, major: number, minor: number): Node {
  return { pointer: '', path: `/dev/${name}`, type: 'c', major, minor, mode: 0o666, uid: 0, gid: 0 }
}

const defaults: readonly Node[] = [
  usual('null', 1, 3),
  usual('zero', 1, 5),
  usual('full', 1, 7),
  usual('random', 1, 8),
  usual('urandom', 1, 9),
  usual('tty', 5, 0),
]

/** Links of /dev (config-linux.md, default devices and the /dev symbolic links). */
const links: readonly Link[] = [
  { path: '/dev/fd', target: '/proc/self/fd', replace: false },
  { path: '/dev/stdin', target: '/proc/self/fd/0', replace: false },
  { path: '/dev/stdout', target: '/proc/self/fd/1', replace: false },
  { path: '/dev/stderr', target: '/proc/self/fd/2', replace: false },
  { path: '/dev/core', target: '/proc/kcore', replace: false },
  // The ptmx of the container's own devpts replaces the one of the image.
  { path: '/dev/ptmx', target: 'pts/ptmx', replace: true },
]
