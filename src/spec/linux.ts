import { type Static, Type } from '@sinclair/typebox'
import { IDMappings } from './mounts.ts'
import { Resources } from './resources.ts'
import { Int64, mapOf, oneOf, Strings, Uint32 } from './scalars.ts'
import { Seccomp } from './seccomp.ts'

export type NamespaceType = Static<typeof NamespaceType>
export const NamespaceType = oneOf(['mount', 'pid', 'network', 'uts', 'ipc', 'user', 'cgroup', 'time'])

export type Namespace = Static<typeof Namespace>
export const Namespace = Type.Object({
  type: NamespaceType,
  path: Type.Optional(Type.String({ description: 'Absolute path of a namespace to join; without it a new one.' })),
})

export type Device = Static<typeof Device>
export const Device = Type.Object({
  type: oneOf(['c', 'b', 'u', 'p'], { description: 'c or u: character, b: block, p: FIFO.' }),
  path: Type.String({ description: 'Absolute path inside the container.' }),
  major: Type.Optional(Int64()),
  minor: Type.Optional(Int64()),
  fileMode: Type.Optional(Uint32({ description: 'Permissions in decimal: 438 is 0666, as without it.' })),
  uid: Type.Optional(Uint32({ description: 'The owner inside the container.' })),
  gid: Type.Optional(Uint32({ description: 'The group inside the container.' })),
})

export type NetDevice = Static<typeof NetDevice>
export const NetDevice = Type.Object({
  name: Type.Optional(Type.String({ description: 'The name inside; as outside without it.' })),
})

export type TimeOffset = Static<typeof TimeOffset>
export const TimeOffset = Type.Object({
  secs: Type.Optional(Int64()),
  nanosecs: Type.Optional(Uint32()),
})

export type IntelRdt = Static<typeof IntelRdt>
export const IntelRdt = Type.Object(
  {
    closID: Type.Optional(Type.String({ description: 'The class of service: a folder of /sys/fs/resctrl.' })),
    schemata: Type.Optional(Strings({ description: 'Lines of the schemata file.' })),
    l3CacheSchema: Type.Optional(Type.String({ description: 'As L3:0=fff;1=fff.' })),
    memBwSchema: Type.Optional(Type.String({ pattern: '^MB:[^\\n]*$', description: 'As MB:0=20;1=70.' })),
    enableMonitoring: Type.Optional(Type.Boolean({ description: 'Make a monitoring group for the container.' })),
  },
  { description: 'Cache and memory bandwidth, through resctrl.' },
)

export type MemoryPolicy = Static<typeof MemoryPolicy>
export const MemoryPolicy = Type.Object(
  {
    mode: Type.Optional(
      oneOf([
        'MPOL_DEFAULT',
        'MPOL_BIND',
        'MPOL_INTERLEAVE',
        'MPOL_WEIGHTED_INTERLEAVE',
        'MPOL_PREFERRED',
        'MPOL_PREFERRED_MANY',
        'MPOL_LOCAL',
      ]),
    ),
    nodes: Type.Optional(Type.String({ description: 'Memory nodes, as 0-1,3.' })),
    flags: Type.Optional(Type.Array(oneOf(['MPOL_F_NUMA_BALANCING', 'MPOL_F_RELATIVE_NODES', 'MPOL_F_STATIC_NODES']))),
  },
  { description: 'The NUMA policy of the process, as in set_mempolicy(2).' },
)

export type Personality = Static<typeof Personality>
export const Personality = Type.Object(
  {
    domain: Type.Optional(oneOf(['LINUX', 'LINUX32'])),
    flags: Type.Optional(Strings({ description: 'None is defined.' })),
  },
  { description: 'The execution domain, as in personality(2).' },
)

export type RootfsPropagation = Static<typeof RootfsPropagation>
export const RootfsPropagation = oneOf(
  ['private', 'shared', 'slave', 'unbindable', 'rprivate', 'rshared', 'rslave', 'runbindable'],
  { description: 'Mount propagation of the root, as in mount_namespaces(7).' },
)

export type Linux = Static<typeof Linux>
export const Linux = Type.Object(
  {
    namespaces: Type.Optional(
      Type.Array(Namespace, { description: 'Each type at most once; the missing ones are shared with the host.' }),
    ),
    uidMappings: Type.Optional(IDMappings('User ids of a new user namespace.')),
    gidMappings: Type.Optional(IDMappings('Group ids of a new user namespace.')),
    timeOffsets: Type.Optional(
      Type.Object(
        { boottime: Type.Optional(TimeOffset), monotonic: Type.Optional(TimeOffset) },
        { description: 'Offsets of the clocks of a new time namespace.' },
      ),
    ),
    devices: Type.Optional(Type.Array(Device, { description: 'Made besides null, zero, full, random, urandom, tty.' })),
    netDevices: Type.Optional(
      mapOf(NetDevice, { description: 'Interfaces of the host to move inside, by their name on the host.' }),
    ),
    cgroupsPath: Type.Optional(Type.String({ description: 'A path; with systemd slice:prefix:name.' })),
    resources: Type.Optional(Resources),
    rootfsPropagation: Type.Optional(RootfsPropagation),
    seccomp: Type.Optional(Seccomp),
    sysctl: Type.Optional(
      mapOf(Type.String(), { description: 'Kernel parameters of the namespaces the container owns.' }),
    ),
    maskedPaths: Type.Optional(Strings({ description: 'Absolute paths that read as empty inside.' })),
    readonlyPaths: Type.Optional(Strings({ description: 'Absolute paths that are read-only inside.' })),
    mountLabel: Type.Optional(Type.String({ description: 'The SELinux label of the mounts.' })),
    intelRdt: Type.Optional(IntelRdt),
    memoryPolicy: Type.Optional(MemoryPolicy),
    personality: Type.Optional(Personality),
  },
  { description: 'What only Linux has.' },
)
