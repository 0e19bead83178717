import { EACCES, ELOOP, ENODEV, ENOENT, EPERM } from '../../kernel/errnos.ts'
import { S_IFMT, S_IFREG } from '../../kernel/files.ts'
import { rlimitNumbers } from '../../kernel/rlimits.ts'
import { subordinateRanges } from '../../machine/users.ts'
import type { Native } from '../../native/table.ts'
import type { Op, Step, StepOf } from '../../step/step.ts'
import type { Bundle } from '../bundle.ts'
import type { Runtime } from '../runtime.ts'
import { type Finding, kernelText, ownCapabilities, type Patient } from './finding.ts'
import { inRoot } from './in_root.ts'

/** What a step is looked at with. */
export type Look = Patient & {
  readonly bundle: Bundle
  /** Folders that the plan makes itself. */
  readonly made: ReadonlySet<string>
}

type Looks = { readonly [O in Op]?: (step: StepOf<O>, look: Look) => number }

/** Of what can be told without doing it: the error that the kernel would give, 0 for none. */
const looks: Looks = {
  rootfs: ({ path }, { native }) => existing(native, path, true),
  source: ({ path, strict, nofollow }, { native, made }) =>
    path.includes('\0') || made.has(path)
      ? 0
      : nofollow
        ? Math.min(native.mode(path), 0)
        : existing(native, path, strict),
  nsfd: ({ path }, { native }) => existing(native, path, false),
  agent: ({ path }, { native }) => existing(native, path, false),
  mount: ({ fs }, { native }) => {
    const [type = fs] = fs.split('.')
    return kernelText(native, '/proc/filesystems').split(/\s+/).includes(type) ? 0 : -ENODEV
  },
  sysctl: ({ path }, { native }) => Math.min(native.mode(`/proc/${path}`), 0),
  hook: (step, { native }) => (step.kind === 'startContainer' ? 0 : executable(native, step.path)),
  undo_hook: ({ path }, { native }) => executable(native, path),
  net_device: ({ name }, { native }) => {
    // Not /sys/class/net, which shows the devices of who has mounted it.
    const lines = kernelText(native, '/proc/self/net/dev').split('\n')
    return lines.some((line) => line.trimStart().startsWith(`${name}:`)) ? 0 : -ENODEV
  },
  prlimit: ({ resource, hard }, { native }) =>
    ownCapabilities(native).has('CAP_SYS_RESOURCE') || BigInt(hard) <= hardLimit(native, resource) ? 0 : -EPERM,
  device: (_step, { native, host }) => (ownCapabilities(native).has('CAP_MKNOD') && !host.rootless ? 0 : -EPERM),
  enable: ({ dirs: [dir = ''], needed }, { native }) => {
    const known = native.read(`${dir}/cgroup.controllers`, 4096)
    return typeof known === 'string' && needed.some((name) => !known.trim().split(' ').includes(name)) ? -ENOENT : 0
  },
  idmap: ({ uids, gids, uid_helper, gid_helper }, { native, host }) =>
    (uid_helper && !isAllowed(native, '/etc/subuid', { lines: uids, own: host.euid })) ||
    (gid_helper && !isAllowed(native, '/etc/subgid', { lines: gids, own: host.egid }))
      ? -EPERM
      : 0,
  executable: ({ paths }, look) => firstExecutable(paths, look),
}

/** The steps of a plan that would fail here, in the words in which they would. */
export function* steps(runtime: Runtime, patient: Omit<Look, 'made'>, plan: readonly Step[]): Generator<Finding> {
  const look = {
    ...patient,
    made: new Set(plan.flatMap((step) => (step.op === 'cgroup' || step.op === 'unit' ? step.dirs : []))),
  }
  for (const [index, step] of plan.entries()) {
    const error = (looks[step.op] as ((step: Step, look: Look) => number) | undefined)?.(step, look) ?? 0
    if (error >= 0) continue
    const { message, pointer } = runtime
      .cold()
      .stepError(runtime.cold().describeStep(plan, index), { errno: -error, detail: '' })
    yield { state: 'missing', subject: `step ${index}`, detail: message, ...(pointer === '' ? {} : { pointer }) }
  }
}

// By stat(2), as a link of /proc to a namespace leads to no path.
function existing(native: Native, path: string, strict: boolean): number {
  const there = native.same(path, path)
  if (there < 0) return there
  return strict && native.real(path) !== path ? -ELOOP : 0
}

function executable(native: Native, path: string): number {
  const real = native.real(path)
  if (typeof real === 'number') return real
  const found = native.mode(real)
  return found < 0 ? found : (found & S_IFMT) === S_IFREG && (found & 0o111) !== 0 ? 0 : -EACCES
}

// As execvp(3): what may not be executed is a better reason than what is not there. What cannot be told is no error.
function firstExecutable(paths: readonly string[], { native, spec, bundle }: Look): number {
  const rootfs = spec.root?.path ?? 'rootfs'
  const tree = {
    native,
    spec,
    bundle: bundle.path,
    rootfs: rootfs.startsWith('/') ? rootfs : `${bundle.path}/${rootfs}`,
  }
  if (native.mode(tree.rootfs) < 0) return 0 // which another step tells
  let reason = -ENOENT
  for (const path of paths) {
    const found = inRoot(tree, path.startsWith('/') ? path : `${spec.process?.cwd ?? '/'}/${path}`)
    if (found === undefined || found === -EACCES) return 0
    const error = typeof found === 'number' ? found : executable(native, found)
    if (error === 0) return 0
    if (error === -EACCES) reason = -EACCES
  }
  return reason
}

/** How /proc/PID/limits names them (proc_pid_limits(5)). */
const limitNames: Readonly<Record<string, string>> = {
  RLIMIT_CPU: 'Max cpu time',
  RLIMIT_FSIZE: 'Max file size',
  RLIMIT_DATA: 'Max data size',
  RLIMIT_STACK: 'Max stack size',
  RLIMIT_CORE: 'Max core file size',
  RLIMIT_RSS: 'Max resident set',
  RLIMIT_NPROC: 'Max processes',
  RLIMIT_NOFILE: 'Max open files',
  RLIMIT_MEMLOCK: 'Max locked memory',
  RLIMIT_AS: 'Max address space',
  RLIMIT_LOCKS: 'Max file locks',
  RLIMIT_SIGPENDING: 'Max pending signals',
  RLIMIT_MSGQUEUE: 'Max msgqueue size',
  RLIMIT_NICE: 'Max nice priority',
  RLIMIT_RTPRIO: 'Max realtime priority',
  RLIMIT_RTTIME: 'Max realtime timeout',
}

const infinity = 2n ** 64n - 1n

// The second of its two values; without it nothing is refused.
function hardLimit(native: Native, resource: number): bigint {
  const name = limitNames[Object.keys(rlimitNumbers).find((each) => rlimitNumbers[each] === resource) ?? '']
  const line = kernelText(native, '/proc/self/limits')
    .split('\n')
    .find((each) => name !== undefined && each.startsWith(name))
  const value = line
    ?.slice(name?.length ?? 0)
    .split(' ')
    .filter((word) => word !== '')[1]
  return value === undefined || value === 'unlimited' ? infinity : BigInt(value)
}

type Map = { readonly lines: string; readonly own: number }

// Each line but that of the own id has to lie in one of the ranges of the file (subuid(5)).
function isAllowed(native: Native, file: string, { lines, own }: Map): boolean {
  const ranges = subordinateRanges(native, file, native.euid()).map(([first, count]) => [Number(first), Number(count)])
  return lines.split('\n').every((line) => {
    const [, outside = 0, size = 0] = line.split(' ').map(Number)
    if (outside === own && size === 1) return true
    return ranges.some(([first = 0, count = 0]) => outside >= first && outside + size <= first + count)
  })
}
