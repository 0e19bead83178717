import { SpecFailure } from '../failure.ts'
import { compileFilter } from '../seccomp/compile.ts'
import { SeccompFailure } from '../seccomp/failure.ts'
import { isDenied, passes, pretends } from '../seccomp/verdict.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { hookState, type Subject, subject } from './hooks.ts'

/** The agent that receives the listener of a filter with SCMP_ACT_NOTIFY. `state.json` keeps it for start. */
export type Agent = { readonly path: string; readonly metadata?: string }

/** The filter of the config; no step if it allows everything. */
export type SeccompSteps = {
  readonly steps: readonly Step[]
  /** Without no_new_privs the kernel demands CAP_SYS_ADMIN (seccomp(2)), so the capabilities are dropped after the filter is loaded. */
  readonly privileged: boolean
  readonly agent: Agent | undefined
  /** The system calls that the init makes after it has loaded the filter, and that the filter forbids: the process will not start. */
  readonly denied: readonly string[]
  /** The filter may kill the init, or forbid the calls by which it reports an error. */
  readonly doubt: boolean
}

const none: SeccompSteps = { steps: [], privileged: false, agent: undefined, denied: [], doubt: false }

/** Without no_new_privs the capabilities are dropped under the filter. */
const privilegedCalls = ['capget', 'capset', 'prctl', 'execve']

export function seccomp({ spec, host, warn }: Context): SeccompSteps {
  const profile = spec.linux?.seccomp
  if (profile === undefined || spec.process?.args === undefined) return none
  const privileged = spec.process.noNewPrivileges !== true
  const { filter, flags, notify, answer } = compiled(profile, nativeArch(host.machine))
  const { listenerPath, listenerMetadata } = profile
  const agent = notify
    ? { path: listenerPath ?? '', ...(listenerMetadata && { metadata: listenerMetadata }) }
    : undefined
  const calls = privileged ? privilegedCalls : ['execve']
  // If the filter fakes success of a call, the init goes on; only after a faked execve it cannot.
  const ends = (call: string) => isDenied(answer(call)) && (call === 'execve' || !pretends(answer(call)))
  const denied = calls.filter(ends)
  const tells = passes(answer('sendto')) || passes(answer('write'))
  if (denied.length > 0)
    warn('/linux/seccomp', `the filter forbids ${denied.join(', ')}, so the process will not start`)
  return {
    denied,
    doubt: !tells || !calls.every((call) => passes(answer(call))),
    steps: [{ op: 'seccomp', actor: 'init', pointer: '/linux/seccomp', filter, flags, notify, raise: privileged }],
    privileged,
    agent,
  }
}

/** The names of uname(2) for architectures that profiles name differently. */
const machines: Readonly<Record<string, string>> = {
  i386: 'X86',
  i686: 'X86',
  armv6l: 'ARM',
  armv7l: 'ARM',
  armv8l: 'ARM',
}

function nativeArch(machine: string): string {
  return `SCMP_ARCH_${machines[machine] ?? machine.toUpperCase()}`
}

function compiled(profile: Parameters<typeof compileFilter>[0], arch: string): ReturnType<typeof compileFilter> {
  try {
    return compileFilter(profile, arch)
  } catch (error) {
    if (!(error instanceof SeccompFailure)) throw error
    throw new SpecFailure(
      error.faults.map(({ pointer, message }) => ({ pointer: `/linux/seccomp${pointer}`, message })),
    )
  }
}

/** Connects to the agent, before the step that loads the filter. */
export function* agentOf(context: Context, { agent }: SeccompSteps): Generator<Step> {
  if (agent !== undefined) yield connection(agent, subject(context), 'creating')
}

/** The same for start, as the filter is loaded after `wait`. */
export function* agentOfStart(agent: Agent | undefined, who: Subject & { startTime: number }): Generator<Step> {
  if (agent === undefined) return
  yield { ...connection(agent, who, 'created'), pid: Number(who.pid), start_time: who.startTime }
}

/** config-linux.md, The Container Process State. `pid`: that of the process with the filter. */
export function connection(
  { path, metadata }: Agent,
  who: Subject,
  status: string,
  pid = who.pid,
): Step & { op: 'agent' } {
  const about = metadata === undefined ? '' : `,"metadata":${JSON.stringify(metadata)}`
  const head = `{"ociVersion":${JSON.stringify(who.ociVersion)},"fds":["seccompFd"],"pid":${pid}${about}`
  return {
    op: 'agent',
    actor: 'parent',
    pointer: '/linux/seccomp/listenerPath',
    path,
    state: `${head},"state":${hookState(who, status)}}`,
    pid: 0,
    start_time: 0,
  }
}
