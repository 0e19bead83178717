import { StepFailure } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import type { Label } from '../program/compile.ts'
import { headerSize } from '../program/encode.ts'
import type { Outcome } from '../program/outcome.ts'
import { namer } from '../step/named.ts'
import type { Op, Pointer, Step } from '../step/step.ts'
import { table } from '../step/table.ts'
import { newerCalls } from './newer_calls.ts'

/** A step, described for error messages: also from a compiled program and from state.json, where the step itself is gone. */
export type StepDescription = {
  readonly index: number
  readonly op: Op
  readonly pointer: Pointer
  /** The step in words, as `ocits plan` prints them. */
  readonly line: string
  /** The first word of the process, where a message names it. */
  readonly program: string
  /** The field with the limit of memory, if the container gets one: an init that is killed may have died of it. */
  readonly limit?: Pointer | undefined
}

/**
 * A step that failed, in words: `config.json#/mounts/3: bind clone 4 on /srv: EINVAL (invalid argument): …`, with the kernel's
 * own detail and, where one is known, the cure. What engines look for in the text is told as runc tells it, in lower case.
 */
export function stepError(step: StepDescription, failed: Pick<Outcome, 'errno' | 'detail'>): StepFailure {
  const { index, op } = step
  const { name, text } = errno(failed.errno)
  const answer = { name, text, detail: failed.detail }
  const pointer = isShort(step, answer) ? (step.limit ?? step.pointer) : step.pointer
  const words = (name === 'ECANCELED' ? interrupted : (special[op] ?? usual))(step, answer)
  const cure = name === 'ENOSYS' ? newerCalls(op) : ''
  const facts = { pointer, op, index, errno: failed.errno, code: name, detail: failed.detail }
  const where = pointer === '' ? '' : `config.json#${pointer}: `
  return new StepFailure(`${where}${words}${cure === '' ? '' : `: ${cure}`}`, facts)
}

/** Describes a step of a plan. */
export function describeStep(steps: readonly Step[], index: number): StepDescription {
  const step = steps[index]
  if (step === undefined) throw new Error(`the plan has no step ${index}`)
  const exec = steps.find((one) => one.op === 'exec')
  const limit = steps.find(({ pointer }) => limits.includes(pointer))?.pointer
  return { index, op: step.op, pointer: step.pointer, line: namer(steps)(step), program: exec?.args[0] ?? '', limit }
}

/** Describes a step of a compiled program: the program says which step it is, its labels have the words. */
export function describeCompiledStep(program: Uint8Array, labels: readonly Label[], index: number): StepDescription {
  const [pointer, words] = labels[index] ?? ['', `step ${index}`]
  const exec = labels[labels.length - 1]?.[1] ?? ''
  const limit = labels.find(([pointer]) => limits.includes(pointer))?.[0]
  return { index, op: opAt(program, index), pointer, line: words, program: exec.split(' ')[0] ?? '', limit }
}

/** Fields that may be the end of an init, which needs some memory itself until execve. */
const limits: readonly string[] = ['/linux/resources/memory/limit', '/linux/resources/unified/memory.max']

// The header, then for each step its number in the table (u16), its hand (u16), the size of its arguments (u32): see
// docs/architecture.md.
export function opAt(program: Uint8Array, index: number): Op {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength)
  let at = headerSize
  for (let i = 0; i < index; i++) at += 8 + view.getUint32(at + 4, true)
  return Object.keys(table)[view.getUint16(at, true)] as Op
}

type Answer = { readonly name: string; readonly text: string; readonly detail: string }
type Words = (step: StepDescription, answer: Answer) => string

const usual: Words = (step, answer) => tell(step, answer, hints[`${step.op} ${answer.name}`] ?? '')

/**
 * Whether the limit of memory may be what is wrong: the init dies of it, or on cgroup v2 is not even born, or the kernel does not take
 * less than what is used. native/parent/execute.c has these words.
 */
function isShort({ op, pointer, limit }: StepDescription, { name, detail }: Pick<Answer, 'name' | 'detail'>): boolean {
  if (limit === undefined) return false
  return (
    name === 'ENOMEM' || detail === 'the init was killed' || (name === 'EBUSY' && op === 'write' && pointer === limit)
  )
}

function tell(step: StepDescription, answer: Answer, hint: string): string {
  const { name, text, detail } = answer
  const dead = isShort(step, answer) ? 'memory limit too low?' : ''
  const parts = [`${step.op} ${step.line}: ${name} (${text})`, detail, dead, hint]
  return parts.filter((part) => part !== '').join(': ')
}

const interrupted: Words = ({ op, line }, { name, text }) => `${op} ${line}: ${name} (${text}): interrupted`

// `/hooks/createRuntime/1` → `error running createRuntime hook #1: exit status 1, output: …`
const hook: Words = ({ pointer, line }, { text, detail }) => {
  const [, , kind, index] = pointer.split('/')
  return `error running ${kind} hook #${index}: ${detail === '' ? `${line}: ${text}` : detail}`
}

// docker and podman take 126 and 127 from these very words.
const special: Partial<Record<Op, Words>> = {
  executable: ({ program }, { name, text, detail }) => {
    const exec = `exec: ${JSON.stringify(program)}`
    // A directory is as little executable as a file without x: who looks for the latter's words finds them.
    if (name === 'EISDIR') return `${exec}: ${text}: permission denied`
    // What the parent has of the file is in the detail: without it, a folder on its way keeps this user out.
    if (name !== 'ENOENT') return [exec, text, detail].filter((part) => part !== '').join(': ')
    if (program === '') return `${exec}: executable file not found in $PATH: the name is empty`
    return program.includes('/') ? `${exec}: stat ${program}: ${text}` : `${exec}: executable file not found in $PATH`
  },
  exec: ({ program, pointer }, { name, text }) => {
    const hint = pointer === filter ? 'the filter does not allow execve' : hints[`exec ${name}`]
    return [`exec ${program}`, text, hint ?? ''].filter((part) => part !== '').join(': ')
  },
  capabilities: (step, answer) =>
    step.pointer === filter
      ? tell(step, answer, 'the filter does not allow what this takes, and comes first without noNewPrivileges')
      : usual(step, answer),
  hook,
  undo_hook: hook,
  bind: (step, answer) => {
    // The kernel's word for a locked flag; what is refused for its place says so itself.
    return answer.name === 'EPERM' && answer.detail === '' ? tell(step, answer, lockedFlag) : usual(step, answer)
  },
  source: (step, answer) => {
    const device = answer.name === 'ENOENT' && step.pointer.startsWith('/linux/devices/')
    return device ? tell(step, answer, deviceOfHost) : usual(step, answer)
  },
  // In runc's words.
  agent: ({ line }, { name, text }) => {
    const hint = agentHints[name] ?? ''
    return `failed to connect with seccomp agent specified in the seccomp profile: ${line.replace('of seccomp at ', '')}: ${name} (${text})${hint}`
  },
  // What newuidmap(1) says has no errno.
  idmap: (step, answer) =>
    answer.name === 'EREMOTEIO'
      ? `idmap ${step.line}: ${answer.detail}: /etc/subuid and /etc/subgid say which ids a user may map`
      : usual(step, answer),
}

// The planner has seen that the filter forbids what the step needs.
const filter = '/linux/seccomp'

const agentHints: Readonly<Record<string, string>> = {
  ENOENT: ': there is no such socket: is the agent running?',
  ECONNREFUSED: ': nobody listens there: is the agent running?',
  ENOTSOCK: ': it is no socket',
}

const deviceOfHost =
  'it can only be what the host has at this path, and that is not this device: another is made by root of the machine alone, for a user namespace whose maps the config holds'

const lockedFlag =
  'the source is mounted with a flag that the host has locked; without the option that clears it, it stays'

const missing = 'the mount point is missing there, and cannot be made'

// A step and an error, or an error alone, and what to do about it.
const hints: Readonly<Record<string, string>> = {
  'source_in_root ELOOP': 'a link leads in a circle, or a part of the path is a link of /proc',
  'source_in_root EPERM':
    'what the config hides there would be open at the destination: name the path itself as the source',
  'source_in_root ENOENT': 'the source lies below the root, and neither the image nor a mount before this one has it',
  'bind ELOOP': 'a link leads in a circle, or a mount namespace is pinned in the tree, by a bind mount of its file',
  'bind EEXIST': 'the image has something else there than this symlink',
  'bind EROFS': missing,
  'bind EACCES': missing,
  'bind EISDIR': 'the source is a file, not a directory, and the destination is a directory',
  'bind ENOTDIR': 'the source is a directory, and the destination, or a part of its path, is a file',
  'capabilities EPERM': 'the caller does not have all of these capabilities itself',
  'chroot EPERM': 'this needs root rights, or a user namespace (ocits spec --rootless writes such a config)',
  'claim EACCES': 'the state of containers is kept where --root says',
  'claim ENOSPC': 'the file system of the state is full',
  'claim EROFS': 'the state of containers is kept where --root says',
  'cgroup EACCES': 'these cgroups are not delegated to this user',
  'device EEXIST': 'the image has something else there',
  'device EPERM': 'to make a device takes CAP_MKNOD, and a device cgroup that allows it',
  'device_bind EISDIR': 'the image has a directory there',
  'device_bind ENODEV': deviceOfHost,
  'device_source EPERM': 'to make a device takes CAP_MKNOD, and a device cgroup that allows it',
  'enable EBUSY': 'a cgroup with processes in it cannot pass its controllers on (cgroups(7), no internal processes)',
  'exec E2BIG': 'the arguments and the environment may take a quarter of RLIMIT_STACK, and never more than 6 MiB',
  'exec EACCES': 'it is not executable for this user, or lies on a file system mounted noexec',
  'exec ENOENT': 'the interpreter that it names is missing (the #! line of a script, the loader of a dynamic program)',
  'exec ENOSYS': 'the seccomp filter of the config answers so',
  'exec EPERM': 'the seccomp filter of the config, or a security module of this machine, answers so',
  'exec ENOEXEC': 'a script needs a #! line, a program the architecture of this machine',
  'idmap ENOENT': 'it comes with the package uidmap or shadow-utils; without it only the own id can be mapped',
  'idmap EPERM':
    'the caller may map what is mapped in its own user namespace; without privilege only its own id, or what newuidmap(1) finds in /etc/subuid',
  'idmap EINVAL': 'ids overlap, or are not mapped in the user namespace of the caller',
  'idmap_source EPERM': 'only who mounted a file system may have it idmapped',
  'idmap_source EINVAL': 'this file system cannot be idmapped',
  'io_priority EPERM': 'the class RT needs CAP_SYS_NICE or CAP_SYS_ADMIN',
  'label EACCES': 'the policy does not let the runtime give this label',
  'label EINVAL': 'the policy has no such label',
  'label ENOENT': 'the profile is not loaded',
  'label EPERM': 'the caller is confined itself, or the label was lost on the way',
  'memory_policy EINVAL': 'the nodes must be among those of its cpuset, and flags fit the mode (set_mempolicy(2))',
  'memory_policy ENOSYS': 'this kernel knows no NUMA',
  'mount ENODEV': 'this kernel has no such file system',
  'mount E2BIG': 'the kernel takes 4096 bytes of options at most',
  'mount EROFS': missing,
  'mount EACCES': missing,
  'mount ENOTDIR': 'the destination, or a part of its path, is a file',
  'mount EPERM':
    'this needs the rights over the namespaces: without a new mount, pid or network namespace it may be refused',
  'mount EBUSY': 'something of this file system is mounted there already',
  'net_device EEXIST': 'the network namespace has a device of that name',
  'net_device EINVAL': 'this device is bound to its network namespace',
  'net_device ENODEV': 'the host has no such device',
  'net_keep EPERM': 'the folder of all state must be where this caller may mount',
  'net_return EEXIST': 'another device has taken its name meanwhile',
  'nsfd ENOENT': 'there is no such namespace',
  'nsfd EPERM': 'by now it is the namespace of the runtime itself',
  'nsfd EINVAL': 'it is not a namespace of this type',
  'pivot EINVAL': 'a root on a ramdisk needs --no-pivot',
  'pidfile ENOENT': 'the folder of --pid-file does not exist',
  'procfs EPERM': 'in a user namespace this takes a /proc that nothing covers, in the caller’s sight',
  'prlimit EPERM': 'this is more than the hard limit of the caller, which only CAP_SYS_RESOURCE can raise',
  'rootfs ELOOP': 'the path of the root file system holds a symlink',
  'rootfs ENOENT': 'there is no such folder',
  'rdt_find ENOENT': 'without a schema the class of service must be there already',
  'rdt_group ENOSPC': 'this machine has no class of service, or monitoring group, left',
  'rdt_schemata EINVAL': 'the kernel does not accept this schema',
  'scheduler EBUSY': 'the CPUs cannot keep this deadline beside those promised before',
  'scheduler EINVAL':
    'SCHED_DEADLINE wants a runtime of 1024 ns and a period that /proc/sys/kernel/sched_deadline_period_*_us allow',
  'scheduler EPERM':
    'this needs CAP_SYS_NICE; a real time policy also cpu.rt_runtime_us of its cgroup, a deadline all CPUs of the machine',
  'seccomp ESRCH':
    'the filter is in force until execve is done: it ended the init, or refused it what it takes to tell more',
  'setns EINVAL': 'a process cannot join this namespace from where it is',
  'setns EPERM': 'joining this namespace needs rights in the user namespace that owns it',
  'source ELOOP': 'the path holds a symlink',
  'source ENOENT': 'the source does not exist on the host',
  'spawn EBADF': 'see --preserve-fds',
  'spawn EPERM': 'this needs root rights, or a user namespace (ocits spec --rootless writes such a config)',
  'spawn ENOSPC': 'there is a limit of namespaces: /proc/sys/user/max_*_namespaces',
  'start ENOENT': 'the container has been started already',
  'start ECONNREFUSED': 'the container process is already dead',
  'sysctl ENOENT': 'this kernel has no such setting',
  'sysctl EINVAL': 'the kernel does not accept this value',
  'sysctl EACCES': 'this setting belongs to the host, not to a namespace of the container',
  'time_offsets EPERM': 'clocks are set with CAP_SYS_TIME',
  'time_offsets ERANGE': 'the clock would begin before 0, or later than 146 years',
  'unshare EPERM': 'this needs root rights, or a user namespace (ocits spec --rootless writes such a config)',
  'unshare ENOSPC': 'there is a limit of namespaces: /proc/sys/user/max_*_namespaces',
  'unshare EINVAL': 'this kernel has no such namespaces',
  'write ENODEV': 'there is no such device',
  'write ENOENT': 'this kernel has no such file: no such size of huge pages, no accounting of swap, no such scheduler',
  'write EOPNOTSUPP': 'the scheduler of this disk has no weights',
  'stop_unit EREMOTEIO': 'systemd could not stop it',
  'stop_unit ETIMEDOUT': 'systemd did not answer',
  'unit EACCES': 'the bus does not let us in',
  'unit ECONNREFUSED': 'no bus listens there',
  'unit ENOENT': 'no bus listens there',
  'unit EPERM': 'this socket is that of another user',
  'unit ETIMEDOUT': 'systemd did not answer',
  'user EINVAL': 'the id is not mapped in the user namespace of the container',
}
