import { type Static, Type } from '@sinclair/typebox'
import { Int32, oneOf, Strings, Uint32, Uint64 } from './scalars.ts'

export type User = Static<typeof User>
export const User = Type.Object(
  {
    uid: Type.Optional(Uint32({ description: 'The user id inside the container.' })),
    gid: Type.Optional(Uint32({ description: 'The primary group id inside the container.' })),
    umask: Type.Optional(Uint32({ description: 'In decimal: 18 is 0022. Without it, 0022.' })),
    additionalGids: Type.Optional(Type.Array(Uint32(), { description: 'The supplementary groups; none without it.' })),
    username: Type.Optional(Type.String({ description: 'Windows only: ignored.' })),
  },
  { description: 'The ids the process runs with.' },
)

export type Capabilities = Static<typeof Capabilities>
export const Capabilities = Type.Object(
  {
    bounding: Type.Optional(Strings({ description: 'What the process can ever gain.' })),
    permitted: Type.Optional(Strings()),
    effective: Type.Optional(Strings()),
    inheritable: Type.Optional(Strings({ description: 'Best left out: files with inheritable capabilities use it.' })),
    ambient: Type.Optional(
      Strings({ description: 'Kept across execve without file capabilities; needs inheritable.' }),
    ),
  },
  { description: 'The five capability sets, as CAP_ names (capabilities(7)).' },
)

export type Rlimit = Static<typeof Rlimit>
export const Rlimit = Type.Object({
  type: Type.String({ pattern: '^RLIMIT_[A-Z]+$', description: 'A name of getrlimit(2), as RLIMIT_NOFILE.' }),
  soft: Uint64({ description: 'What the kernel enforces; 18446744073709551615 is no limit.' }),
  hard: Uint64({ description: 'The ceiling of the soft limit.' }),
})

export type Scheduler = Static<typeof Scheduler>
export const Scheduler = Type.Object(
  {
    policy: oneOf([
      'SCHED_OTHER',
      'SCHED_FIFO',
      'SCHED_RR',
      'SCHED_BATCH',
      'SCHED_ISO',
      'SCHED_IDLE',
      'SCHED_DEADLINE',
    ]),
    nice: Type.Optional(Int32({ description: '-20 to 19, for SCHED_OTHER and SCHED_BATCH.' })),
    priority: Type.Optional(Int32({ description: 'For SCHED_FIFO and SCHED_RR.' })),
    flags: Type.Optional(
      Type.Array(
        oneOf([
          'SCHED_FLAG_RESET_ON_FORK',
          'SCHED_FLAG_RECLAIM',
          'SCHED_FLAG_DL_OVERRUN',
          'SCHED_FLAG_KEEP_POLICY',
          'SCHED_FLAG_KEEP_PARAMS',
          'SCHED_FLAG_UTIL_CLAMP_MIN',
          'SCHED_FLAG_UTIL_CLAMP_MAX',
        ]),
      ),
    ),
    runtime: Type.Optional(Uint64({ description: 'Nanoseconds, for SCHED_DEADLINE.' })),
    deadline: Type.Optional(Uint64({ description: 'Nanoseconds, for SCHED_DEADLINE.' })),
    period: Type.Optional(Uint64({ description: 'Nanoseconds, for SCHED_DEADLINE.' })),
  },
  { description: 'The scheduler of the process, as in sched_setattr(2).' },
)

export type IOPriority = Static<typeof IOPriority>
export const IOPriority = Type.Object(
  {
    class: oneOf(['IOPRIO_CLASS_RT', 'IOPRIO_CLASS_BE', 'IOPRIO_CLASS_IDLE']),
    priority: Type.Optional(Int32({ description: '0, the highest, to 7.' })),
  },
  { description: 'The I/O priority of the process, as in ioprio_set(2).' },
)

const CpuList = (description: string) => Type.String({ pattern: '^[0-9, :/-]*$', description })

export type Process = Static<typeof Process>
export const Process = Type.Object(
  {
    terminal: Type.Optional(Type.Boolean({ description: 'Attach a terminal to the process.' })),
    consoleSize: Type.Optional(
      Type.Object({ height: Uint64(), width: Uint64() }, { description: 'In characters; only with a terminal.' }),
    ),
    cwd: Type.String({ description: 'Absolute path inside the container; made when it is missing.' }),
    env: Type.Optional(Strings({ description: 'NAME=value each; the last of a name wins.' })),
    args: Type.Optional(Strings({ description: 'The program, looked up in PATH of env, and its arguments.' })),
    commandLine: Type.Optional(Type.String({ description: 'Windows only: ignored.' })),
    user: Type.Optional(User),
    capabilities: Type.Optional(Capabilities),
    rlimits: Type.Optional(Type.Array(Rlimit, { description: 'Resource limits, each type once.' })),
    noNewPrivileges: Type.Optional(Type.Boolean({ description: 'No execve may add privileges (setuid, file caps).' })),
    apparmorProfile: Type.Optional(Type.String({ description: 'The AppArmor profile to run under.' })),
    selinuxLabel: Type.Optional(Type.String({ description: 'The SELinux label to run under.' })),
    oomScoreAdj: Type.Optional(
      Type.Integer({ minimum: -1000, maximum: 1000, description: '-1000: never killed; inherited without it.' }),
    ),
    scheduler: Type.Optional(Scheduler),
    ioPriority: Type.Optional(IOPriority),
    execCPUAffinity: Type.Optional(
      Type.Object(
        {
          initial: Type.Optional(CpuList('CPUs before it joins the cgroup, as 0-3,7.')),
          final: Type.Optional(CpuList('CPUs after it joined the cgroup, as 0-3,7.')),
        },
        { description: 'The CPUs of processes that exec adds.' },
      ),
    ),
  },
  { description: 'The process of the container. Without it the container can be created, but not started.' },
)
