import { namespaces as kinds } from '../kernel/namespaces.ts'
import { keepsGroups } from '../spec/annotations.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Spec } from '../spec/spec.ts'
import { append, placeholder, type Step } from '../step/step.ts'
import { type Context, type NamespaceRef, newNamespaces } from './context.ts'
import { deadline } from './deadline.ts'
import { environment, execStep, executable, home } from './exec.ts'
import { type ExecCgroups, execCgroups } from './exec_cgroup.ts'
import type { ExecRequest } from './exec_request.ts'
import type { Host } from './host.ts'
import { joined } from './joined.ts'
import { keyLabel, keyring, labels } from './labels.ts'
import { becomeRoot } from './namespaces.ts'
import { pidfdTo } from './pidfd.ts'
import { rlimits } from './rlimits.ts'
import { bitmap, memoryPolicy, personality, scheduling } from './scheduling.ts'
import { connection, type SeccompSteps, seccomp } from './seccomp.ts'
import type { State } from './state.ts'
import { terminalOf } from './terminal.ts'
import { capabilities, chdir, oomScore, umask, user } from './user.ts'

/** A container that runs: what it was made of, but for the process, which is the one that is started now; and what it is. */
export type Running = { readonly spec: Spec; readonly state: State }

/**
 * Everything that exec does, in order. `host`: with the cgroups of the container's init as its own. Throws SpecFailure, with pointers into
 * config.json: `execProcess` says where they lead.
 */
export function execPlan(running: Running, host: Host, request: ExecRequest): readonly Step[] {
  const { state } = running
  const types = joined(state, host)
  const context = execContext(running, host, { ...request, types })
  const env = environment(context)
  const filter = seccomp(context)
  const cgroups = execCgroups(state, host, request.cgroups)
  const socket = request.consoleSocket ?? (request.detach ? 'SOCKET' : undefined) // as `plan` has it
  const terminal = terminalOf(running.spec.process, { pointer: '/process', socket, console: false })

  const steps: Step[] = []
  if (terminal !== undefined) steps.push(terminal.receiver) // while nothing is made: the path is the caller's
  append(steps, agent(running, filter)) // while nothing is made: an agent that does not answer is found out first
  append(steps, birth(context, cgroups, request))
  append(steps, security(context)) // while the host's /proc is in sight: the one inside could be anything (CVE-2019-16884)
  steps.push({ op: 'undumpable', actor: 'init', pointer: '' }) // before anybody inside can see it (CVE-2016-9962)
  append(steps, enter(context, state, types))
  if (terminal !== undefined) steps.push(terminal.made) // in the container's own devpts, as root, who makes it the user's
  append(steps, credentials(context, env, filter))
  append(steps, rlimits(context, 'parent'))
  append(steps, scheduling(context, 'parent'))
  append(steps, pidfdTo(request.pidfdSocket, 'setns'))
  if (request.pidFile !== undefined)
    steps.push({ op: 'pidfile', actor: 'parent', pointer: '', path: request.pidFile, content: placeholder.pid })
  steps.push({ op: 'alive', actor: 'parent', pointer: '' })
  append(steps, execStep(context, env, filter))
  if (request.timeout !== undefined) steps.push(deadline(request.timeout, true))
  steps.push({ op: request.detach ? 'executed' : 'reap', actor: 'parent', pointer: '' })
  return steps
}

type Entered = ExecRequest & { readonly types: number }

function execContext({ spec, state }: Running, host: Host, request: Entered): Context {
  const { hooks, ...rest } = spec // those of startContainer are for the container's own process
  const own: { [T in NamespaceType]?: NamespaceRef } = {}
  const list = spec.linux?.namespaces ?? []
  for (const type of state.namespaces) {
    const index = list.findIndex((each) => each.type === type)
    const path = list[index]?.path || undefined
    own[type] = { type, flag: kinds[type].flag, path, pointer: `/linux/namespaces/${index}` }
  }
  // Whoever is in it already is its root, or is not.
  if ((request.types & kinds.user.flag) === 0) delete own.user
  return {
    spec: rest,
    host,
    request: {
      bundle: state.bundle,
      mode: 'run',
      detach: request.detach,
      keep: true,
      noPivot: false,
      noNewKeyring: state.noNewKeyring === true,
      pidFile: request.pidFile,
    },
    own,
    isNew: newNamespaces(own),
    seesHost: false,
    clonesLate: false,
    mountLabel: '',
    rootfs: state.rootfs,
    folders: { v1: [], v2: undefined },
    unit: undefined,
    warn: request.warn ?? (() => undefined),
  }
}

function* agent({ state }: Running, filter: SeccompSteps): Generator<Step> {
  if (filter.agent === undefined) return
  yield connection(filter.agent, { ...state, pid: `${state.pid}` }, 'running', placeholder.pid)
}

/** The process, in the cgroups of the container before it does anything, and so gone with them. */
function* birth(context: Context, { v1, v2 }: ExecCgroups, request: ExecRequest): Generator<Step> {
  const pointer = request.cgroups.length > 0 ? '--cgroup' : ''
  const { initial = '', final = '' } = context.spec.process?.execCPUAffinity ?? {}
  // Where its CPUs are set first, or where it will stand still, it walks in by itself.
  const walks = initial !== '' || request.paused
  const into = v2 === undefined || walks ? '' : v2
  yield { op: 'spawn', actor: 'parent', pointer: into === '' ? '' : pointer, flags: 0, into, environment: false }
  yield* oomScore(context) // before undumpable, which makes the file root's alone
  if (initial !== '') yield affinity('initial', initial)
  const dirs = v2 === undefined || !walks ? v1 : [...v1, v2]
  if (dirs.length > 0) yield { op: 'join', actor: 'init', pointer, dirs }
  if (final !== '') yield affinity('final', final)
  else if (v1.length > 0 || v2 !== undefined) yield { op: 'affinity', actor: 'init', pointer: '', cpus: bitmap('') }
}

function affinity(when: 'initial' | 'final', list: string): Step {
  return { op: 'affinity', actor: 'init', pointer: `/process/execCPUAffinity/${when}`, cpus: bitmap(list) }
}

/** A label is for the next execve, and goes with the process through its fork. */
function* security(context: Context): Generator<Step> {
  const steps = [...labels(context), ...keyLabel(context)]
  const [first] = steps
  if (first !== undefined) yield { op: 'own_procfs', actor: 'init', pointer: first.pointer }
  yield* steps
}

function* enter(context: Context, { pid, startTime, rootfs }: State, types: number): Generator<Step> {
  const { mount, user } = context.own
  // Root's groups stay outside, also where they could not be dropped inside.
  const dropGroups = user !== undefined && context.host.euid === 0 && !keepsGroups(context.spec)
  yield { op: 'enter', actor: 'init', pointer: '', types, drop_groups: dropGroups, pid, start_time: startTime }
  const path = mount === undefined || mount.path !== undefined ? rootfs : '/'
  yield { op: 'enter_root', actor: 'init', pointer: path === '/' ? '' : '/root/path', path }
  yield* becomeRoot(context)
  if (types & kinds.pid.flag) yield { op: 'fork', actor: 'init', pointer: '' }
  yield { op: 'setsid', actor: 'init', pointer: '' } // the caller's terminal cannot be typed into (TIOCSTI)
  yield* keyring(context)
}

function* credentials(context: Context, env: readonly string[], filter: SeccompSteps): Generator<Step> {
  yield* home(context, env) // as root, who may read the file
  yield* umask(context)
  for (const step of chdir(context)) yield step.op === 'chdir' ? { ...step, make: false } : step
  yield* rlimits(context, 'init') // while CAP_SYS_RESOURCE is held
  yield* scheduling(context, 'init') // while CAP_SYS_NICE is held
  yield* personality(context.spec)
  yield* memoryPolicy(context.spec)
  yield* user(context)
  if (!filter.privileged) yield* capabilities(context)
  yield* executable(context, env, filter)
}
