import type { Folder } from '../cgroup/folders.ts'
import { refuse } from '../failure.ts'
import type { Spec } from '../spec/spec.ts'
import { append, placeholder, type Step } from '../step/step.ts'
import { birthplace, cgroup, cgroupBeside, cgroupOfUnit } from './cgroup.ts'
import { checkMounts, devicePaths, externalNamespaces, pair } from './checkpoint.ts'
import { type Context, contextOf, inBundle } from './context.ts'
import { ask, type CriuAsked, type CriuOptions, criuFolders, firstFolder, goOnWith } from './criu_request.ts'
import { wantedMounts } from './filesystems.ts'
import { parentHooks, undoHooks } from './hooks.ts'
import type { Host, Request } from './host.ts'
import { limitsOf, pidsLimit } from './resources.ts'
import { claim, factsOf, stateStep } from './state.ts'
import { terminalOf } from './terminal.ts'
import { unitOfSpec } from './unit.ts'

export type RestoreAsked = CriuAsked & {
  readonly id: string
  /** The folder of the container's state, without links, over which CRIU sees the root: the place must be a mount. */
  readonly place: string
  /** What the process had as 0, 1 and 2, as the checkpoint has recorded it. */
  readonly descriptors: readonly string[]
  readonly lsmProfile: string | undefined
  readonly lsmMountContext: string | undefined
}

type Config = { readonly spec: Spec; readonly text: string }

/** A container whose processes CRIU makes of images. Cgroup, record and end are those of create. */
export function planRestore(
  { spec, text }: Config,
  host: Host,
  { request, asked }: { request: Request; asked: RestoreAsked },
): readonly Step[] {
  const { cgroups } = request
  const unit = cgroups === undefined || cgroups === 'disabled' ? undefined : unitOfSpec(spec, cgroups)
  const context = contextOf(spec, host, { request, unit })
  checkRestore(context)
  const facts = factsOf(context)
  const limits = limitsOf(context)
  const terminal = terminalOf(spec.process, { pointer: '/process', socket: request.consoleSocket, console: true })
  const steps: Step[] = []
  if (terminal !== undefined) steps.push(terminal.receiver)
  append(steps, claim(facts, text))
  append(steps, undoHooks(context))
  append(steps, cgroup(context, limits))
  // There is no init that would go on meanwhile: CRIU joins all of them.
  for (const step of cgroupBeside(context, limits))
    if (step.actor === 'parent' && step.op !== 'concurrent') steps.push(step)
  const { rootfs: root } = context
  const inherit = [...inherited(context)].map(({ path }) => path)
  const folders = criuFolders(asked)
  const criu = {
    op: 'criu',
    actor: 'parent',
    pointer: '',
    root,
    place: asked.place,
    folders,
    inherit,
    record: '',
    mode: 0o700,
  } as const
  steps.push({ ...criu, into: birthplace(context) })
  append(steps, cgroupOfUnit(context, limits))
  append(steps, conversation(context, asked))
  append(steps, pidsLimit(context, limits))
  append(steps, recorded(context, facts, steps.length))
  return steps
}

function checkRestore({ spec, own }: Context): void {
  checkMounts(spec)
  if (own.cgroup?.path !== undefined) refuse(`${own.cgroup.pointer}/path`, 'CRIU joins no cgroup namespace')
  if (spec.linux?.intelRdt !== undefined) refuse('/linux/intelRdt', 'a restored container has no class of service')
  if (spec.linux?.netDevices !== undefined) refuse('/linux/netDevices', 'a restored container is given no devices')
}

/** Namespaces of others that CRIU gets by descriptor. */
function* inherited({ own }: Context): Generator<{ readonly key: string; readonly path: string }> {
  for (const type of ['network', 'pid'] as const) {
    const path = own[type]?.path
    if (path !== undefined) yield { key: externalNamespaces[type][1], path }
  }
}

function* conversation(context: Context, asked: RestoreAsked): Generator<Step> {
  const { spec } = context
  const more: CriuOptions = [
    ['root', asked.place],
    ['rst_sibling', true], // our child, not CRIU's
    ['evasive_devices', true],
    ['lsm_profile', asked.lsmProfile],
    ['lsm_mount_context', asked.lsmMountContext],
    ...cgroupRoots(context, asked.id),
    ...descriptors(context, asked),
    ...joined(context),
    ...externals(context),
  ]
  const join = context.folders.v1.map(({ path }) => path)
  const hooks = [...parentHooks(context, 'prestart'), ...parentHooks(context, 'createRuntime')]
  // The moment at which the namespaces are there, and nothing else is.
  yield { ...ask('restore', asked, { spec, more }), join, until: hooks.length > 0 ? 'setup-namespaces' : '' }
  if (hooks.length === 0) return
  yield* hooks
  yield goOnWith()
}

/** The images have the cgroup of the checkpoint: this one takes its place. */
function cgroupRoots({ folders: { v1, v2 } }: Context, id: string): CriuOptions {
  const found: (readonly [controller: string, path: string])[] = []
  for (const folder of v1)
    for (const controller of folder.hierarchy.controllers) found.push([controller, pathIn(folder, id)])
  if (v2 !== undefined) found.push(['', pathIn(v2, id)])
  return found.map(([controller, path]) => ['cg_root', pair(controller, path)])
}

const pathIn = ({ hierarchy: { mount }, path }: Folder, id: string): string =>
  path.slice(mount.length).replace(placeholder.id, id)

/** Files that the process has of others: pipes, and what lies on no mount of the container. */
function descriptors(context: Context, asked: RestoreAsked): CriuOptions {
  const found = new Map<string, number>()
  for (const [fd, name] of asked.descriptors.entries())
    if ((name.startsWith('pipe:') || name.startsWith('file[')) && !found.has(name)) found.set(name, fd)
  let next = firstFolder + criuFolders(asked).length
  for (const { key } of inherited(context)) found.set(key, next++)
  return [...found].map(([key, fd]) => [
    'inherit_fd',
    [
      [1, key],
      [2, fd],
    ],
  ])
}

/** The types that CRIU enters by path, by its names. */
const byPath = { ipc: 'ipc', uts: 'uts', user: 'user', time: 'time' } as const

function joined({ own }: Context): CriuOptions {
  const found: CriuOptions[number][] = []
  for (const type of ['ipc', 'uts', 'user', 'time'] as const) {
    const path = own[type]?.path
    if (path !== undefined) found.push(['join_ns', pair(byPath[type], path)])
  }
  return found
}

/** What checkpoint has named is here. */
function externals({ spec, request }: Context): CriuOptions {
  const found: CriuOptions[number][] = []
  for (const { target, mount, isBind, isChange } of wantedMounts(spec, ''))
    if (isBind && !isChange) found.push(['ext_mnt', pair(target, inBundle(request, mount.source ?? ''))])
  for (const path of devicePaths(spec)) found.push(['ext_mnt', pair(path, path)]) // /dev/null is that of masks, too
  return found
}

function* recorded(context: Context, facts: string, first: number): Generator<Step> {
  const { pidFile, detach } = context.request
  yield stateStep(facts, [], first, { agent: undefined, covers: false })
  if (pidFile !== undefined)
    yield { op: 'pidfile', actor: 'parent', pointer: '', path: pidFile, content: placeholder.pid }
  if (detach) return
  yield { op: 'reap', actor: 'parent', pointer: '' }
  yield { op: 'unwind', actor: 'parent', pointer: '' }
}
