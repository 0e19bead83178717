import { deviceTypes } from '../kernel/devices.ts'
import { propagation } from '../kernel/mount.ts'
import { clean } from '../spec/path.ts'
import { isBind } from '../spec/rules/mounts.ts'
import type { Pointer, Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { addSource, type Sources } from './sources.ts'

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
  const paths = new Set(listed.map(({ path }) => path))
  for (const node of foreign ? [] : defaults) if (!paths.has(node.path)) yield* one(context, node, sources)
  for (const node of listed) if (!(foreign && node.path.startsWith('/dev/'))) yield* one(context, node, sources)
  if (!foreign) yield* links(paths)
}

function* one({ own, host }: Context, node: Node, sources: Sources): Generator<Step> {
  const { from, path, type, major, minor, mode, uid, gid } = node
  if ((own.user === undefined && !host.rootless) || type === 'p') {
    yield { op: 'device', hand: 'init', from, path, type: deviceTypes[type], device: { major, minor }, mode, uid, gid }
    return
  }
  // In a user namespace mknod(2) makes no devices, and those it could make would not open.
  const slot = addSource(sources, { from, path, recursive: false, propagation: propagation.private })
  const attributes = { set: 0, clear: 0, must_clear: 0, recursive_set: 0, recursive_clear: 0, propagation: 0 }
  yield { op: 'bind', hand: 'init', from, slot, target: path, ...attributes, ordinary: false, proc_file: false }
}

function listedNodes({ spec }: Context): readonly Node[] {
  const found: Node[] = []
  const list = spec.linux?.devices ?? []
  for (let i = 0; i < list.length; i++) {
    const device = list[i]
    if (device === undefined) break
    const { type, path, fileMode = 0o666, uid = 0, gid = 0 } = device
    // A FIFO has no numbers, whatever the config says.
    const [major, minor] = type === 'p' ? [0, 0] : [Number(device.major ?? 0), Number(device.minor ?? 0)]
    const from = `/linux/devices/${i}`
    found.push({ from, path: clean(path), type, major, minor, mode: fileMode & 0o7777, uid, gid })
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
