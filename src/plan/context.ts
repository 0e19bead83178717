import { delegated, type Folders, folders, foldersOf } from '../cgroup/folders.ts'
import type { Unit } from '../cgroup/systemd/unit.ts'
import { SpecFailure } from '../failure.ts'
import { namespaces as flags } from '../kernel/namespaces.ts'
import type { Namespace, NamespaceType } from '../spec/linux.ts'
import { clean } from '../spec/path.ts'
import type { Fault, Pointer, Report } from '../spec/pointer.ts'
import { rules } from '../spec/rules.ts'
import type { Spec } from '../spec/spec.ts'
import type { Host, Request } from './host.ts'

/** One namespace of the container: a new one, or the one at `path`. */
export type NamespaceRef = {
  readonly type: NamespaceType
  readonly flag: number
  readonly path: string | undefined
  readonly pointer: Pointer
}

/** The facts for the planners; each is worked out once. */
export type Context = {
  readonly spec: Spec
  readonly host: Host
  readonly request: Request
  /** The new and the joined namespaces, by type. A type that is missing is the host's. */
  readonly own: Readonly<Partial<Record<NamespaceType, NamespaceRef>>>
  /** For each type, whether the container gets a new namespace. */
  readonly isNew: Readonly<Record<NamespaceType, boolean>>
  /** Whether the init sees in its copy of the host's mounts everything that root of the host sees. */
  readonly seesHost: boolean
  /**
   * Whether a clone can be made just before it is mounted, not before all namespaces. Linux lists the mounts of a namespace in the order in
   * which they were made (since 6.8), and readers of mountinfo expect the order of the config. But a source that root of a user namespace
   * cannot reach must be cloned before that is entered.
   */
  readonly clonesLate: boolean
  /**
   * The option that gives a new file system the label of `mountLabel`; empty for none. Without SELinux no file system has this
   * option and file labels mean nothing, so the field has no effect (docs/decisions/009-lsm.md).
   */
  readonly mountLabel: string
  readonly rootfs: string
  /** The container's cgroups. In a hierarchy in which the caller may not make one, the container stays in that of the caller. */
  readonly folders: Folders
  /** The systemd unit of this cgroup; undefined: ocits makes the cgroup itself. */
  readonly unit: Unit | undefined
  /** Receives warnings about this machine: a field is ignored, or not applied as it is written. Other warnings come from the rules of src/spec. */
  readonly warn: Report
}

/** `unit`: the container's, if systemd makes the cgroup. */
type Asked = { readonly request: Request; readonly unit: Unit | undefined }

/** Works the facts out. Throws SpecFailure. */
export function contextOf(spec: Spec, host: Host, asked: Asked): Context {
  const own = ownNamespaces(spec, host)
  const { request, unit } = asked
  const isNew = newNamespaces(own)
  const seesHost = isNew.mount && own.user === undefined && !host.rootless
  return {
    spec,
    host,
    request,
    own,
    isNew,
    seesHost,
    clonesLate: seesHost && spec.linux?.rootfsPropagation?.endsWith('private') !== true,
    mountLabel: labelOption(spec, host),
    rootfs: inBundle(request, spec.root?.path ?? 'rootfs'),
    folders: cgroupOf(spec, host, asked),
    unit,
    warn: request.warn ?? (() => undefined),
  }
}

function cgroupOf(spec: Spec, host: Host, { request, unit }: Asked): Folders {
  const { cgroups, withoutCgroups = host.rootless } = request
  if (cgroups === 'disabled') return { v1: [], v2: undefined }
  if (cgroups === undefined || unit === undefined) {
    const wanted = folders(host, spec.linux?.cgroupsPath ?? '')
    return withoutCgroups ? delegated(wanted) : wanted
  }
  const wanted = foldersOf(host, `${cgroups.cgroup}${unit.path}`)
  // On v2 a cgroup that systemd makes for this user belongs to the user, in whichever cgroup the caller is.
  return withoutCgroups ? { ...delegated(wanted), v2: wanted.v2 } : wanted
}

/** The container's namespaces that are new, not joined. */
export function newNamespaces(own: Context['own']): Context['isNew'] {
  const is = (ref: NamespaceRef | undefined) => ref !== undefined && ref.path === undefined
  return {
    user: is(own.user),
    uts: is(own.uts),
    ipc: is(own.ipc),
    pid: is(own.pid),
    mount: is(own.mount),
    network: is(own.network),
    cgroup: is(own.cgroup),
    time: is(own.time),
  }
}

function labelOption(spec: Spec, host: Host): string {
  const label = spec.linux?.mountLabel ?? ''
  if (label === '' || !host.security.selinux) return ''
  return `${spec.annotations?.['run.oci.mount_context_type'] ?? 'context'}=${label}`
}

/** A path of the config that is relative to the bundle. */
export function inBundle({ bundle }: Request, path: string): string {
  return clean(path.startsWith('/') ? path : `${bundle}/${path}`)
}

/** An entry with the path of a namespace in which the runtime is itself isolates nothing: it is treated as if it was not in the list. */
function ownNamespaces(spec: Spec, host: Host): Partial<Record<NamespaceType, NamespaceRef>> {
  const own: Partial<Record<NamespaceType, NamespaceRef>> = {}
  const list = spec.linux?.namespaces ?? []
  const shared: Namespace[] = []
  for (let i = 0; i < list.length; i++) {
    const each = list[i]
    if (each === undefined) break
    const { type, path = '' } = each
    const pointer = `/linux/namespaces/${i}`
    if (path !== '' && host.isOwn(type, path)) shared.push(each)
    else own[type] = { type, flag: flags[type].flag, path: path === '' ? undefined : path, pointer }
  }
  if (shared.length > 0) checkShared(spec, list, shared)
  return own
}

// Without this, fields that need a namespace of the container's own would change the host.
function checkShared(spec: Spec, list: readonly Namespace[], shared: readonly Namespace[]): void {
  const apart = new Set(shared)
  const places = [...list.keys()].filter((i) => !apart.has(list[i] as Namespace))
  const namespaces = places.map((i) => list[i] as Namespace)
  const found = rules({ ...spec, linux: { ...spec.linux, namespaces } }, '').faults
  const faults = [...mapped(spec, shared), ...found.map((fault) => inList(fault, places))]
  const paths = shared.map(({ path = '' }) => path).join(', ')
  const words = `: the runtime itself is in ${paths}`
  if (faults.length > 0) {
    throw new SpecFailure(faults.map(({ pointer, message }) => ({ pointer, message: message + words })))
  }
}

const listed = '/linux/namespaces/'

/** Translates a fault in the list without these entries to a fault in the list of the config. */
function inList({ pointer, message }: Fault, places: readonly number[]): Fault {
  if (!pointer.startsWith(listed)) return { pointer, message }
  const [index = '', ...rest] = pointer.slice(listed.length).split('/')
  return { pointer: [`${listed}${places[Number(index)]}`, ...rest].join('/'), message }
}

// A config with maps relies on them: without them root in the container would be the caller, who is usually root of the host.
function mapped({ linux }: Spec, shared: readonly Namespace[]): readonly Fault[] {
  if (!shared.some(({ type }) => type === 'user')) return []
  const message = 'nothing is mapped in a user namespace that is there already'
  const keys = (['uidMappings', 'gidMappings'] as const).filter((key) => (linux?.[key] ?? []).length > 0)
  return keys.map((key) => ({ pointer: `/linux/${key}`, message }))
}
