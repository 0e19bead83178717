import { deviceTypes } from '../kernel/devices.ts'
import { propagation } from '../kernel/mount.ts'
import type { IDMapping } from '../spec/mounts.ts'
import { clean } from '../spec/path.ts'
import { isBind } from '../spec/rules/mounts.ts'
import type { Pointer, Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { hostId } from './idmap.ts'
import { refuse } from './refuse.ts'
import { addDevice, addSource, type Sources } from './sources.ts'

type Node = {
  readonly from: Pointer
  readonly path: string
  readonly type: keyof typeof deviceTypes
  readonly major: number
  readonly minor: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** The device nodes every container has, those the config lists, and the links of /dev. A /dev of the host's stays as it is. */
export function* devices(context: Context, sources: Sources): Generator<Step> {
  const { spec } = context
  const foreign = (spec.mounts ?? []).some((mount) => clean(mount.destination) === '/dev' && isBind(mount))
  const listed = listedNodes(context)
  const paths = new Set(listed.keys())
  for (const node of foreign ? [] : defaults) if (!paths.has(node.path)) yield* one(context, node, sources)
  for (const node of listed.values())
    if (!(foreign && node.path.startsWith('/dev/'))) yield* one(context, node, sources)
  if (!foreign) yield* links(paths)
}

function* one(context: Context, node: Node, sources: Sources): Generator<Step> {
  const { own, host } = context
  const { from, path, major, minor, mode, uid, gid } = node
  const [type, device] = [deviceTypes[node.type], { major, minor }]
  if ((own.user === undefined && !host.rootless) || node.type === 'p') {
    yield { op: 'device', hand: 'init', from, path, type, device, mode, uid, gid }
    return
  }
  // In a user namespace mknod(2) makes no devices, and those it could make would not open.
  const owner = from === '' || host.rootless ? undefined : ownerOf(context, node)
  const slot =
    owner === undefined
      ? addSource(sources, { from, path, recursive: false, propagation: propagation.private })
      : addDevice(sources, { from, type, device, mode, ...owner })
  yield { op: 'device_bind', hand: 'init', from, path, slot, type, device }
}

/** On the host; undefined where it cannot be known: in a user namespace that is joined, and whose maps the config does not repeat. */
function ownerOf({ spec }: Context, { from, uid, gid }: Node): { uid: number; gid: number } | undefined {
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  if (uidMappings.length === 0 || gidMappings.length === 0) return undefined
  return { uid: mapped(uidMappings, uid, `${from}/uid`), gid: mapped(gidMappings, gid, `${from}/gid`) }
}

function mapped(mappings: readonly IDMapping[], id: number, pointer: Pointer): number {
  return hostId(mappings, id) ?? refuse(pointer, `${id} is not mapped in the user namespace of the container`)
}

/** By their paths: of two at one path the first is made, as runc and crun do. */
function listedNodes({ spec, warn }: Context): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>()
  const list = spec.linux?.devices ?? []
  for (let i = 0; i < list.length; i++) {
    const device = list[i]
    if (device === undefined) break
    const { type, fileMode = 0o666, uid = 0, gid = 0 } = device
    const path = clean(device.path)
    // A FIFO has no numbers, whatever the config says.
    const [major, minor] = type === 'p' ? [0, 0] : [Number(device.major ?? 0), Number(device.minor ?? 0)]
    const from = `/linux/devices/${i}`
    const other = found.get(path)
    if (other === undefined) found.set(path, { from, path, type, major, minor, mode: fileMode & 0o7777, uid, gid })
    else warn(`${from}/path`, `${path} is that of ${other.from} already: this one is not made`)
  }
  return found
}

function node(path: string, major: number, minor: number): Node {
  return { from: '', path, type: 'c', major, minor, mode: 0o666, uid: 0, gid: 0 }
}

const defaults: readonly Node[] = [
  node('/dev/null', 1, 3),
  node('/dev/zero', 1, 5),
  node('/dev/full', 1, 7),
  node('/dev/random', 1, 8),
  node('/dev/urandom', 1, 9),
  node('/dev/tty', 5, 0),
]

/** Links of /dev (config-linux.md, default devices and the /dev symbolic links). */
const targets: Readonly<Record<string, string>> = {
  '/dev/fd': '/proc/self/fd',
  '/dev/stdin': '/proc/self/fd/0',
  '/dev/stdout': '/proc/self/fd/1',
  '/dev/stderr': '/proc/self/fd/2',
  '/dev/core': '/proc/kcore',
}

function* links(taken: ReadonlySet<string>): Generator<Step> {
  for (const path in targets) {
    yield { op: 'symlink', hand: 'init', from: '', target: targets[path] ?? '', path, replace: false }
  }
  // The ptmx of the container's own devpts, in place of whatever the image has.
  if (taken.has('/dev/ptmx')) return
  yield { op: 'symlink', hand: 'init', from: '', target: 'pts/ptmx', path: '/dev/ptmx', replace: true }
}
