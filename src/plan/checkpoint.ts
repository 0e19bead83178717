import { refuse } from '../failure.ts'
import type { NamespaceType } from '../spec/linux.ts'
import { clean } from '../spec/path.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import type { FieldValue } from './criu_message.ts'
import { ask, type CriuAsked, type CriuOptions, criuFolders } from './criu_request.ts'
import { wantedMounts } from './filesystems.ts'
import { freezerOf } from './freezer.ts'
import { lockState, type State } from './state.ts'

export type CheckpointAsked = CriuAsked & {
  /** Only what it has in memory, and it goes on. */
  readonly preDump: boolean
  readonly leaveRunning: boolean
  readonly tcpSkipInFlight: boolean
  /** The images of an earlier pre-dump, relative to the folder of these. */
  readonly parent: string | undefined
}

/** What is to be seen of the process of a container (src/machine/dumped.ts). Paths are those of the container. */
export type Dumped = {
  /** Whether something is mounted there. */
  readonly has: (path: string) => boolean
  readonly isFolder: (path: string) => boolean
  /** The path without the links of the image. */
  readonly resolved: (path: string) => string
  /** Whether what is mounted there hears of mounts on the host. */
  readonly follows: (path: string) => boolean
  /** Whether a cgroup of v1 is mounted somewhere. */
  readonly hasV1: boolean
  /** The inode of its namespace, by the name below /proc/PID/ns. */
  readonly inode: (name: string) => string | undefined
  /** What 0, 1 and 2 are, as CRIU names them. */
  readonly descriptors: readonly string[]
}

/** Dumps the processes of a container. They are gone afterwards, unless they shall go on. */
export function* checkpointSteps(
  state: State,
  asked: CheckpointAsked,
  at: { spec: Spec; seen: Dumped },
): Generator<Step> {
  const { spec, seen } = at
  checkDump(state, spec, seen)
  yield lockState(state)
  const { preDump } = asked
  const record = preDump ? '' : `${JSON.stringify(seen.descriptors)}\n`
  // CRIU looks for some images with the rights of the root of a user namespace.
  const mode = state.namespaces.includes('user') ? 0o711 : 0o700
  const criu = { op: 'criu', actor: 'parent', pointer: '', into: '', root: '', place: '', inherit: [], mode } as const
  yield { ...criu, folders: criuFolders(asked), record }
  const more: CriuOptions = [...ofProcess(state, asked, at), ...(preDump ? [] : externals(spec, seen))]
  yield { ...ask(preDump ? 'pre-dump' : 'dump', asked, { spec, more }), dump: true }
}

/** What would be dumped, and could not be restored. */
function checkDump({ namespaces }: State, spec: Spec, { hasV1 }: Dumped): void {
  checkMounts(spec)
  if (hasV1 && !namespaces.includes('cgroup'))
    refuse('/linux/namespaces', 'a checkpoint with cgroups of v1 mounted needs a cgroup namespace')
}

/** What CRIU cannot take along, or does not know of. */
export function checkMounts(spec: Spec): void {
  const { namespaces = [] } = spec.linux ?? {}
  const mount = namespaces.findIndex(({ type }) => type === 'mount')
  if (mount < 0 || (namespaces[mount]?.path ?? '') !== '')
    refuse('/linux/namespaces', 'a checkpoint needs a mount namespace of its own')
  for (const [i, { uidMappings = [], options = [] }] of (spec.mounts ?? []).entries())
    if (uidMappings.length > 0 || options.some((option) => option.includes('idmap')))
      refuse(`/mounts/${i}`, 'CRIU does not take a mount along that is seen through other ids')
}

function ofProcess(state: State, asked: CheckpointAsked, { spec, seen }: { spec: Spec; seen: Dumped }): CriuOptions {
  const names = new Set(seen.descriptors.filter((name) => name.startsWith('file[')))
  return [
    ['pid', state.pid],
    ['root', state.rootfs],
    ['leave_running', asked.leaveRunning],
    ['tcp_skip_in_flight', asked.tcpSkipInFlight],
    ['parent_img', asked.parent],
    ['track_mem', asked.preDump || asked.parent !== undefined],
    // Without a cgroup of its own CRIU stops the processes one by one (ptrace(2)).
    ['freeze_cgroup', freezerOf(state)?.dir],
    ...joined(state, spec, seen).map((value) => ['external', value] as const),
    ...[...names].map((value) => ['external', value] as const),
  ]
}

/** The types that CRIU lets be somebody else's, and the key by which restore names them; the words are runc's. */
export const externalNamespaces = {
  network: ['net', 'extRootNetNS'],
  pid: ['pid', 'extRootPidNS'],
} as const satisfies Partial<Record<NamespaceType, readonly [name: string, key: string]>>

function joined({ namespaces }: State, { linux }: Spec, seen: Dumped): readonly string[] {
  const found: string[] = []
  for (const type of ['network', 'pid'] as const) {
    const path = linux?.namespaces?.find((each) => each.type === type)?.path ?? ''
    const [name, key] = externalNamespaces[type]
    if (path !== '' && namespaces.includes(type)) found.push(`${name}[${seen.inode(name)}]:${key}`)
  }
  return found
}

/** What is mounted from outside: the place, and the name by which restore tells what it is. */
export function externals(spec: Spec, seen: Dumped): CriuOptions {
  const found: (readonly [place: string, name: string])[] = []
  for (const { target, isBind, isChange } of wantedMounts(spec, ''))
    if (isBind && !isChange) found.push([seen.resolved(target), target])
  for (const path of (spec.linux?.maskedPaths ?? []).map(clean))
    if (seen.has(path) && !seen.isFolder(path)) found.push([path, '/dev/null'])
  for (const path of devicePaths(spec)) if (seen.has(path)) found.push([path, path])
  const maps = found.map(([place, name]) => ['ext_mnt', pair(place, name)] as const)
  return [...maps, ['ext_masters', found.some(([place]) => seen.follows(place))]]
}

/** ext_mount_map of images/rpc.proto. */
export const pair = (key: string, value: string): FieldValue => [
  [1, key],
  [2, value],
]

/** Devices that are mounted, as in a user namespace none is made. */
export const devicePaths = (spec: Spec): readonly string[] => [
  ...['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`),
  ...(spec.linux?.devices ?? []).map(({ path }) => clean(path)),
]
