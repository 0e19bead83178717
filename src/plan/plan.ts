import type { Unit } from '../cgroup/systemd/unit.ts'
import type { Spec } from '../spec/spec.ts'
import { append, placeholder, type Step } from '../step/step.ts'
import { birth, enter, hide } from './birth.ts'
import { cgroup } from './cgroup.ts'
import { type Context, contextOf } from './context.ts'
import { deadline } from './deadline.ts'
import { environment, execStep, executable, home } from './exec.ts'
import { type Wanted, wantedMounts } from './filesystems.ts'
import { initHooks, parentHooks, undoHooks } from './hooks.ts'
import type { Host, Request } from './host.ts'
import { hostname } from './hostname.ts'
import { labels } from './labels.ts'
import { masks } from './masks.ts'
import { lateReadonly, mounts, readonlyRoot } from './mounts.ts'
import { notifyFolder, untilReady } from './notify.ts'
import { pidfdTo } from './pidfd.ts'
import { procfs } from './procfs.ts'
import { rdt } from './rdt.ts'
import { limitsOf, pidsLimit } from './resources.ts'
import { rlimits } from './rlimits.ts'
import { changeRoot, covers, root, rootSource } from './rootfs.ts'
import { checkRights } from './rootless.ts'
import { affinity, memoryPolicy, personality, scheduling } from './scheduling.ts'
import { type SeccompSteps, seccomp } from './seccomp.ts'
import { newSources } from './sources.ts'
import { claim, type Facts, factsOf, stateStep } from './state.ts'
import { sysctl } from './sysctl.ts'
import { terminalOf } from './terminal.ts'
import { unitOfSpec } from './unit.ts'
import { capabilities, chdir, cwdFolder, umask, user } from './user.ts'

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
  append(steps, notifyFolder(request)) // before the mounts, as one of them shows it
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

function* runtimeHooks(context: Context): Generator<Step> {
  const found = [...parentHooks(context, 'prestart'), ...parentHooks(context, 'createRuntime')]
  // A user's hook enters the namespaces of the init. In a pid namespace of its own only that user sees the init.
  const seen = found.length > 0 && context.host.euid !== 0 && context.isNew.user && context.isNew.pid
  if (seen) yield { op: 'dumpable', actor: 'init', pointer: '/hooks' }
  yield* found
  if (seen) yield* hide()
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
  append(steps, pidfdTo(context.request.pidfdSocket, 'standard'))
  const last: Step[] = created ? [{ op: 'wait', actor: 'init', pointer: '' }] : []
  append(last, execStep(context, env, filter))
  // The record is written before ocits answers: an init without a record could never be deleted.
  const recorded = steps.length + (pidFile === undefined ? 1 : 2)
  const agent = created ? filter.agent : undefined
  steps.push(stateStep(facts, created ? last : [], recorded, { agent, covers: covers(context) }))
  if (pidFile !== undefined)
    steps.push({ op: 'pidfile', actor: 'parent', pointer: '', path: pidFile, content: placeholder.pid })
  append(steps, last)
  if (created) return
  append(steps, parentHooks(context, 'poststart'))
  if (detach) steps.push({ op: 'executed', actor: 'parent', pointer: '' }) // a program that cannot be executed is an error of this command
  if (detach) append(steps, untilReady(context.request.notifySocket))
  if (timeout !== undefined) steps.push(deadline(timeout, false))
  if (!detach) steps.push({ op: 'reap', actor: 'parent', pointer: '' })
  if (!detach && !keep) steps.push({ op: 'unwind', actor: 'parent', pointer: '' })
}
