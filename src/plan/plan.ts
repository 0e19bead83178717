import type { Unit } from '../cgroup/systemd/unit.ts'
import type { Spec } from '../spec/spec.ts'
import { append, placeholder, type Step } from '../step/step.ts'
import { birthplace, cgroup, cgroupBeside, cgroupOfUnit, isBeside, joinCgroup } from './cgroup.ts'
import { type Context, contextOf, type NamespaceRef } from './context.ts'
import { deadline } from './deadline.ts'
import { environment, execStep, executable, home } from './exec.ts'
import { type Wanted, wantedMounts } from './filesystems.ts'
import { inheritsInside, initHooks, parentHooks, undoHooks } from './hooks.ts'
import type { Host, Request } from './host.ts'
import { hostname } from './hostname.ts'
import { idmap } from './idmap.ts'
import { keyLabel, keyring, labels } from './labels.ts'
import { masks } from './masks.ts'
import { lateReadonly, mounts, readonlyRoot } from './mounts.ts'
import {
  becomeRoot,
  cloneFlags,
  firstOnes,
  fork,
  joinOthers,
  joinUser,
  loopback,
  namespaceFiles,
  newCgroup,
  newOthers,
  newUser,
  ownFirst,
  timeOffsets,
} from './namespaces.ts'
import { netDevices } from './net_devices.ts'
import { procfs } from './procfs.ts'
import { joinRdt, rdt } from './rdt.ts'
import { type Limits, limitsOf, pidsLimit } from './resources.ts'
import { rlimits } from './rlimits.ts'
import { changeRoot, propagationOfAll, root, rootSource, uncover } from './rootfs.ts'
import { checkRights } from './rootless.ts'
import { affinity, memoryPolicy, personality, scheduling } from './scheduling.ts'
import { agentOf, type SeccompSteps, seccomp } from './seccomp.ts'
import { newSources } from './sources.ts'
import { claim, type Facts, factsOf, stateStep } from './state.ts'
import { sysctl } from './sysctl.ts'
import { terminalOf } from './terminal.ts'
import { unitOfSpec } from './unit.ts'
import { capabilities, chdir, cwdFolder, oomScore, umask, user } from './user.ts'

/**
 * Everything that create or run does, in order. `configText` is the text from which `spec` was read. Throws SpecFailure for a config that
 * is not possible on this machine, or for this caller.
 */
export function planCreate(spec: Spec, host: Host, request: Request, configText: string): readonly Step[] {
  const context = contextOf(spec, host, { request, unit: systemdUnit(spec, request) })
  const sources = newSources()
  // Planned before the namespaces, as sources that these mounts need are cloned with those.
  const wanted = wantedMounts(spec, context.mountLabel)
  checkRights(context, wanted)
  const filled = [...mounts(context, wanted, sources)]
  const hidden = [...masks(context, sources)]
  const written = [...procfs(context, sources)]
  const rootSlot = rootSource(context, sources)
  const env = environment(context)
  const facts = factsOf(context)
  const filter = seccomp(context)
  const limits = limitsOf(context)
  const stays = request.mode === 'run' && !request.detach
  const socket = request.consoleSocket ?? (stays ? undefined : 'SOCKET') // as `plan` has it
  const terminal = terminalOf(spec.process, { pointer: '/process', socket, console: true })

  const steps: Step[] = []
  if (terminal !== undefined) steps.push(terminal.receiver) // first, as the caller's path may be wrong
  append(steps, claim(facts, configText))
  append(steps, undoHooks(context)) // before the cgroup: undo goes in reverse, so they run when all else is gone
  append(steps, cgroup(context, limits)) // the limits hold before a process is in it
  append(steps, rdt(context))
  append(steps, birth(context, filter, limits))
  append(steps, enter(context, limits, { early: sources.early, written }))
  append(steps, sources.late) // while the paths of the host can be reached
  append(steps, root(context, rootSlot))
  append(steps, filled) // with their devices
  append(steps, cwdFolder(context)) // while the root can be written to
  append(steps, runtimeHooks(context))
  append(steps, initHooks(context, 'createContainer', undefined)) // the last step that sees the old root
  append(steps, changeRoot(context))
  if (terminal !== undefined) steps.push(terminal.made) // in the container's own devpts, while /dev is writable
  append(steps, settle(context, wanted))
  append(steps, hidden) // the last mounts, so that none is mounted over them
  append(steps, credentials(context, env, filter))
  append(steps, rlimits(context, 'parent'))
  append(steps, pidsLimit(context, limits)) // the init does not fork any more
  append(steps, scheduling(context, 'parent'))
  finish(steps, context, { env, facts, filter })
  return steps
}

// The planner of systemd is a module of its own, loaded only if systemd makes the cgroup.
function systemdUnit(spec: Spec, { cgroups }: Request): Unit | undefined {
  return cgroups === undefined || cgroups === 'disabled' ? undefined : unitOfSpec(spec, cgroups)
}

function* birth(context: Context, filter: SeccompSteps, limits: Limits): Generator<Step> {
  // First of all, so that an agent that does not answer is an error before anything is made.
  if (context.request.mode === 'run') yield* agentOf(context, filter)
  if (context.request.mode === 'create') yield { op: 'listen', actor: 'parent', pointer: '', name: 'start' }
  yield* uncover(context) // before the spawn, so that it is undone when the init is dead and does not use it any more
  const pid = context.own.pid
  const flags = cloneFlags(context)
  const pointer = flags === 0 ? '' : (pid?.pointer ?? '')
  const environment = inheritsInside(context)
  yield { op: 'spawn', actor: 'parent', pointer, flags, into: birthplace(context), environment }
  yield* oomScore(context) // before undumpable, which makes root the owner of the file
  yield* joinRdt(context)
  yield* cgroupOfUnit(context, limits) // before the init does anything else
  // before the fork, so that no process is outside, and before the cgroup namespace
  if (!isBeside(context)) yield* joinCgroup(context)
}

type Early = { readonly early: readonly Step[]; readonly written: readonly Step[] }

function* enter(context: Context, limits: Limits, { early, written }: Early): Generator<Step> {
  const { euid } = context.host
  const first = firstOnes(context, early)
  if (euid !== 0) yield* enterAsUser(context, early, first)
  else {
    yield* namespaceFiles(context) // while paths mean what they mean on the host: a new mount namespace has no pins
    yield* ownFirst(first) // the caller's may belong to another user namespace, or have mounts that cannot be cloned into another one
    yield* early // with the rights and the paths of the host, which every namespace changes
    yield* joinOthers(context) // as root of the host: a new user namespace has no rights over them
    yield* newUser(context) // owns all namespaces that are made after it
    yield* idmap(context)
    yield* hide() // before a process in the container's namespaces can see the init
    yield* joinUser(context)
    yield* becomeRoot(context)
  }
  yield* newOthers(context, first)
  yield* cgroupBeside(context, limits)
  yield* newCgroup(context, first)
  if (euid === 0) yield* timeOffsets(context) // after this fork they are fixed
  yield* fork(context)
  yield { op: 'setsid', actor: 'init', pointer: '' } // the caller's terminal cannot be typed into (TIOCSTI)
  yield* written // while the host's /proc is there: a user namespace may mount procfs only if it sees one already
  yield* keyLabel(context)
  yield* keyring(context)
  yield* loopback(context)
  yield* netDevices(context) // before hooks, which may need them
  yield* propagationOfAll(context) // before the first mount, which must not propagate to the host
}

// A user who is not root only has rights in a user namespace, so that comes first.
function* enterAsUser(context: Context, early: readonly Step[], first: readonly NamespaceRef[]): Generator<Step> {
  const joined = context.own.user?.path !== undefined
  yield* namespaceFiles(context)
  yield* newUser(context)
  yield* idmap(context)
  if (joined) yield* hide() // from the processes that are in it
  yield* joinUser(context)
  yield* ownFirst(first)
  yield* timeOffsets(context)
  if (!joined) yield* hide() // after the parent has written the files of ids and clocks, which are root's from here on
  yield* early // as the user who called ocits, whichever id root of the container gets
  yield* becomeRoot(context)
  yield* joinOthers(context) // with the rights of the user namespace
}

function* runtimeHooks(context: Context): Generator<Step> {
  const found = [...parentHooks(context, 'prestart'), ...parentHooks(context, 'createRuntime')]
  // A user's hook enters the namespaces of the init. In a pid namespace of its own only that user sees the init.
  const seen = found.length > 0 && context.host.euid !== 0 && context.isNew.user && context.isNew.pid
  if (seen) yield { op: 'dumpable', actor: 'init', pointer: '/hooks' }
  yield* found
  if (seen) yield* hide()
}

function* hide(): Generator<Step> {
  yield { op: 'undumpable', actor: 'init', pointer: '' }
}

function* settle({ spec }: Context, wanted: readonly Wanted[]): Generator<Step> {
  yield* lateReadonly(wanted) // now that everything is in them
  yield* readonlyRoot(spec)
  yield* hostname(spec)
  yield* sysctl(spec) // before parts of /proc become read-only
}

function* credentials(context: Context, env: readonly string[], filter: SeccompSteps): Generator<Step> {
  yield* home(context, env) // as root, as the file may be readable for root only
  yield* umask(context)
  yield* chdir(context)
  yield* rlimits(context, 'init') // while the init has CAP_SYS_RESOURCE
  yield* affinity(context) // in the cgroup, whose cpuset limits it
  yield* scheduling(context, 'init') // while the init has CAP_SYS_NICE
  yield* personality(context.spec)
  yield* memoryPolicy(context.spec)
  yield* labels(context) // the last step with privileges: it takes effect at execve
  yield* user(context)
  if (!filter.privileged) yield* capabilities(context)
  yield* executable(context, env, filter) // as the user, with its capabilities, so that a file it may not execute is an error of create
}

type Known = { readonly env: readonly string[]; readonly facts: Facts; readonly filter: SeccompSteps }

function finish(steps: Step[], context: Context, { env, facts, filter }: Known): void {
  const { mode, detach, keep, pidFile, timeout } = context.request
  const created = mode === 'create'
  const last: Step[] = created ? [{ op: 'wait', actor: 'init', pointer: '' }] : []
  append(last, execStep(context, env, filter))
  // The record is written before ocits answers: an init without a record could never be deleted.
  const recorded = steps.length + (pidFile === undefined ? 1 : 2)
  const agent = created ? filter.agent : undefined
  steps.push(stateStep(facts, created ? last : [], recorded, agent))
  if (pidFile !== undefined)
    steps.push({ op: 'pidfile', actor: 'parent', pointer: '', path: pidFile, content: placeholder.pid })
  append(steps, last)
  if (created) return
  append(steps, parentHooks(context, 'poststart'))
  if (timeout !== undefined) steps.push(deadline(timeout, false))
  if (!detach) steps.push({ op: 'reap', actor: 'parent', pointer: '' })
  if (!detach && !keep) steps.push({ op: 'unwind', actor: 'parent', pointer: '' })
}
