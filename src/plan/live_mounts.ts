import { refuse } from '../failure.ts'
import { mountAttr } from '../kernel/mount.ts'
import { namespaces as kinds } from '../kernel/namespaces.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Report } from '../spec/pointer.ts'
import { append, type Step } from '../step/step.ts'
import { type Context, contextOf } from './context.ts'
import type { Running } from './exec_plan.ts'
import { turnsReadonlyLate, type Wanted, wantedMounts } from './filesystems.ts'
import type { Host } from './host.ts'
import { joined } from './joined.ts'
import { mounts, shows } from './mounts.ts'
import { becomeRoot } from './namespaces.ts'
import { checkRights } from './rootless.ts'
import { newSources, type Sources } from './sources.ts'
import type { State } from './state.ts'

/** How many the init can keep in mind (KEPT_MOUNTS of native/init/init.h). */
const most = 128

/**
 * `mounts add`: what is mounted in a container that is there, in order. The mounts are those of `running.spec`, and the steps those of create: what comes of
 * the host is cloned outside, with the rights of the host, and the rest is done inside. Throws SpecFailure.
 */
export function planMountsAdd(running: Running, host: Host, warn: Report): readonly Step[] {
  const { context, types } = contextFor(running, host, warn)
  const wanted = wantedMounts(context.spec, context.mountLabel)
  checkRights(context, wanted)
  if (wanted.length > most) refuse('/mounts', `${wanted.length} mounts: at most ${most} are added at once`)
  let shown = 0
  for (const each of wanted) {
    checkAlone(each, context)
    shown |= flagOf(each)
  }
  const sources = newSources()
  const made = [...mounts(context, wanted, sources, new Map())].map((step) => atOnce(step, wanted))
  const steps: Step[] = [...way(running.state, context, { types: types & (inside | shown), sources })]
  append(steps, made)
  append(steps, end())
  return steps
}

/**
 * `mounts remove`: what is mounted at the destinations is unmounted, the last of them first. All are found before the first is unmounted. Throws
 * SpecFailure.
 */
export function planMountsRemove(running: Running, host: Host, warn: Report): readonly Step[] {
  const { context, types } = contextFor(running, host, warn)
  const sources = newSources()
  const found: Step[] = []
  const gone: Step[] = []
  const targets = new Set<string>()
  for (const { pointer: mount, target } of wantedMounts(context.spec, '')) {
    if (targets.has(target))
      refuse(`${mount}/destination`, `${target} is removed twice: one call removes one mount of a place`)
    targets.add(target)
    const slot = sources.slots++
    const pointer = `${mount}/destination`
    found.push({ op: 'mounted', actor: 'init', pointer, slot, target })
    gone.unshift({ op: 'detach', actor: 'init', pointer, slot })
  }
  const steps: Step[] = [...way(running.state, context, { types: types & inside, sources })]
  append(steps, found)
  append(steps, gone)
  append(steps, end())
  return steps
}

const inside = kinds.user.flag | kinds.mount.flag

/** The namespace that a file system shows the content of. */
function flagOf({ mount: { type = '' } }: Wanted): number {
  const shown: NamespaceType | undefined = type === 'cgroup2' ? 'cgroup' : shows[type]
  return shown === undefined ? 0 : kinds[shown].flag
}

function contextFor({ spec, state }: Running, host: Host, warn: Report) {
  const types = joined(state, host)
  if (!state.namespaces.includes('mount') || (types & kinds.mount.flag) === 0)
    refuse('/linux/namespaces', 'the container has no mount namespace of its own: its mounts are those of the host')
  const request = {
    bundle: state.bundle,
    mode: 'run',
    detach: true,
    keep: true,
    noPivot: false,
    noNewKeyring: true,
    pidFile: undefined,
    cgroups: 'disabled',
    warn,
  } as const
  const whole = contextOf(spec, host, { request, unit: undefined })
  const { user, ...others } = whole.own
  // Whoever is in the user namespace already is its root, or is not.
  const own = (types & kinds.user.flag) === 0 ? others : whole.own
  const context: Context = { ...whole, own, seesHost: false, clonesLate: false, rootfs: state.rootfs }
  return { context, types }
}

/** File systems of which no option and no source is a path: inside it would be one of the image. */
const pathless: readonly string[] = ['tmpfs', 'ramfs', 'hugetlbfs', 'devpts', 'mqueue', 'sysfs', 'cgroup2']

/** A proc takes a process that is born in the pid namespace, and hierarchies of v1 a tmpfs with links in it. */
const fromCreate: readonly string[] = ['proc', 'cgroup']

/** What belongs to a container that does not run yet, or takes more than a descriptor of the host. */
function checkAlone({ pointer, mount, options, isBind, isChange }: Wanted, { mountLabel }: Context): void {
  if (isChange) refuse(`${pointer}/options`, 'it changes a mount, which cannot be undone: only create does that')
  const { type = '' } = mount
  if (!isBind && !pathless.includes(type))
    refuse(
      `${pointer}/type`,
      fromCreate.includes(type)
        ? `a ${type} of a container is mounted by create alone`
        : `${type} may be of a device, or of paths, which the container could exchange: mount it outside, and bind that`,
    )
  if (options.copyup)
    refuse(
      `${pointer}/options`,
      'a tmpfs that copies is filled by create alone: the container could make it copy without end',
    )
  if (options.copySymlink) refuse(`${pointer}/options`, 'a link is copied by create alone: it is no mount')
  if (mount.type === 'mqueue' && mountLabel !== '')
    refuse(`${pointer}/type`, 'it is labelled by its path, which a container that runs could change')
}

/** Nothing that is made later belongs in it, and its path may lead elsewhere by then. */
function atOnce(step: Step, wanted: readonly Wanted[]): Step {
  if (step.op !== 'mount') return step
  const late = wanted.some((each) => each.pointer === step.pointer && turnsReadonlyLate(each))
  return late ? { ...step, attrs: Number(step.attrs) | mountAttr.rdonly } : step
}

type Entering = { readonly types: number; readonly sources: Sources }

/**
 * A process of ours into the container, in the order of create. It is in none of its cgroups, so a frozen container does not hold it, and not in its
 * pid namespace, so nobody in there has a name for it.
 */
function* way(state: State, context: Context, { types, sources: { early } }: Entering): Generator<Step> {
  const { host, own } = context
  const { pid, startTime: start_time } = state
  const enter = { op: 'enter', actor: 'init', pointer: '', pid, start_time } as const
  const dropGroups = own.user !== undefined && host.euid === 0
  const asUser = host.euid !== 0 && own.user !== undefined
  yield { op: 'patient', actor: 'parent', pointer: '' } // a command that is ended midway leaves all mounts or none
  yield { op: 'spawn', actor: 'parent', pointer: '', flags: 0, into: '', environment: false }
  // Without root rights only a mount namespace of the container's user namespace can be cloned from. Pins: as in namespaces.ts.
  if (asUser) {
    yield { op: 'undumpable', actor: 'init', pointer: '' }
    yield { ...enter, types: kinds.user.flag, drop_groups: false }
  }
  const trees = early.some((step) => step.op === 'source' && step.recursive)
  if (early.length > 0 && (host.rootless || (trees && host.pinned)))
    yield { op: 'unshare', actor: 'init', pointer: '', flags: kinds.mount.flag }
  // A source that leads into the root by another name is resolved in there.
  if (early.length > 0) yield { op: 'rootfs', actor: 'init', pointer: '/root/path', path: context.rootfs }
  yield* early
  yield { op: 'hold_procfs', actor: 'init', pointer: '' }
  if (!asUser) yield { op: 'undumpable', actor: 'init', pointer: '' } // before anybody inside can see it (CVE-2016-9962)
  yield { ...enter, types: asUser ? types & ~kinds.user.flag : types, drop_groups: dropGroups }
  const path = own.mount === undefined || own.mount.path !== undefined ? state.rootfs : '/'
  yield { op: 'enter_root', actor: 'init', pointer: path === '/' ? '' : '/root/path', path }
  yield* becomeRoot(context)
}

function* end(): Generator<Step> {
  yield { op: 'done', actor: 'init', pointer: '' }
  yield { op: 'reap', actor: 'parent', pointer: '' }
}
