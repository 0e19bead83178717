import { type Static, Type } from '@sinclair/typebox'
import { Int64, mapOf, Uint16, Uint32, Uint64 } from './scalars.ts'

const optionalInt64 = (description: string) => Type.Optional(Int64({ description }))
const optionalUint64 = (description: string) => Type.Optional(Uint64({ description }))

export type DeviceCgroup = Static<typeof DeviceCgroup>
export const DeviceCgroup = Type.Object({
  allow: Type.Boolean(),
  type: Type.Optional(Type.String({ description: 'a (all, as without it), b or c.' })),
  major: Type.Optional(Int64({ description: '-1 or nothing: all.' })),
  minor: Type.Optional(Int64({ description: '-1 or nothing: all.' })),
  access: Type.Optional(Type.String({ description: 'Letters of r, w and m (mknod).' })),
})

export type Memory = Static<typeof Memory>
export const Memory = Type.Object({
  limit: optionalInt64('Bytes; -1 is no limit.'),
  reservation: optionalInt64('Soft limit, in bytes.'),
  swap: optionalInt64('Memory and swap together, in bytes.'),
  kernel: optionalInt64('Deprecated.'),
  kernelTCP: optionalInt64('Deprecated.'),
  swappiness: optionalUint64('0 to 100; cgroup v1 only.'),
  disableOOMKiller: Type.Optional(Type.Boolean({ description: 'cgroup v1 only.' })),
  useHierarchy: Type.Optional(Type.Boolean({ description: 'cgroup v1 only.' })),
  checkBeforeUpdate: Type.Optional(Type.Boolean({ description: 'Refuse a limit below what is in use.' })),
})

export type Cpu = Static<typeof Cpu>
export const Cpu = Type.Object({
  shares: optionalUint64('Weight among the siblings, 2 to 262144.'),
  quota: optionalInt64('Microseconds of CPU in a period; zero or less is no limit.'),
  burst: optionalUint64('Microseconds of quota that may be saved up.'),
  period: optionalUint64('Microseconds; 100000 without it.'),
  realtimeRuntime: optionalInt64('Microseconds; cgroup v1 only.'),
  realtimePeriod: optionalUint64('Microseconds; cgroup v1 only.'),
  cpus: Type.Optional(Type.String({ description: 'CPUs, as 0-3,7.' })),
  mems: Type.Optional(Type.String({ description: 'Memory nodes, as 0-1.' })),
  idle: optionalInt64('1: scheduled only when nothing else wants to run.'),
})

export type BlockIODeviceWeight = Static<typeof BlockIODeviceWeight>
export const BlockIODeviceWeight = Type.Object({
  major: Int64(),
  minor: Int64(),
  weight: Type.Optional(Uint16),
  leafWeight: Type.Optional(Uint16),
})

export type BlockIODeviceThrottle = Static<typeof BlockIODeviceThrottle>
export const BlockIODeviceThrottle = Type.Object({
  major: Int64(),
  minor: Int64(),
  rate: optionalUint64('Bytes or operations in a second.'),
})

const throttles = () => Type.Optional(Type.Array(BlockIODeviceThrottle))

export type BlockIO = Static<typeof BlockIO>
export const BlockIO = Type.Object({
  weight: Type.Optional(Uint16),
  leafWeight: Type.Optional(Uint16),
  weightDevice: Type.Optional(Type.Array(BlockIODeviceWeight)),
  throttleReadBpsDevice: throttles(),
  throttleWriteBpsDevice: throttles(),
  throttleReadIOPSDevice: throttles(),
  throttleWriteIOPSDevice: throttles(),
})

export type HugepageLimit = Static<typeof HugepageLimit>
export const HugepageLimit = Type.Object({
  pageSize: Type.String({ pattern: '^[1-9][0-9]*[KMG]B$', description: 'As 2MB.' }),
  limit: Uint64({ description: 'Bytes.' }),
})

export type NetworkPriority = Static<typeof NetworkPriority>
export const NetworkPriority = Type.Object({
  name: Type.String({ description: 'The interface.' }),
  priority: Uint32(),
})

export type Network = Static<typeof Network>
export const Network = Type.Object({
  classID: Type.Optional(Uint32({ description: 'cgroup v1 only.' })),
  priorities: Type.Optional(Type.Array(NetworkPriority, { description: 'cgroup v1 only.' })),
})

export type Rdma = Static<typeof Rdma>
export const Rdma = Type.Object({
  hcaHandles: Type.Optional(Uint32()),
  hcaObjects: Type.Optional(Uint32()),
})

export type Resources = Static<typeof Resources>
export const Resources = Type.Object(
  {
    devices: Type.Optional(
      Type.Array(DeviceCgroup, { description: 'Rules in order, the last that matches wins; nothing else is allowed.' }),
    ),
    memory: Type.Optional(Memory),
    cpu: Type.Optional(Cpu),
    pids: Type.Optional(
      Type.Object({ limit: Type.Optional(Int64({ description: 'Most tasks at once; -1 is no limit.' })) }),
    ),
    blockIO: Type.Optional(BlockIO),
    hugepageLimits: Type.Optional(Type.Array(HugepageLimit)),
    network: Type.Optional(Network),
    rdma: Type.Optional(mapOf(Rdma, { description: 'By name of the RDMA device.' })),
    unified: Type.Optional(
      mapOf(Type.String(), { description: 'Files of cgroup v2 and what is written to them, as memory.high.' }),
    ),
  },
  { description: 'What the cgroup of the container may use.' },
)
