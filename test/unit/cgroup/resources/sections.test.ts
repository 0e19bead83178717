import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileResources } from '../../../../src/cgroup/resources/compile.ts'
import type { Resources } from '../../../../src/spec/resources.ts'
import { type Case, told, v1, v2, without } from './compile.ts'

const gone = (controller: string) => `the cgroup controller ${controller} is not available`
const unmounted = (controller: string) => `${gone(controller)}: is its hierarchy mounted?`
const unknown = (controller: string) => `${gone(controller)}: does the kernel have it?`
const leaf = 'leaf weights were removed with the CFQ scheduler in Linux 5.0'

const disk = { major: 8, minor: 16 }
const pages: Resources = { hugepageLimits: [{ pageSize: '2MB', limit: 2n ** 64n - 1n }] }
const network: Resources = { network: { classID: 1_048_577, priorities: [{ name: 'lo', priority: 5 }] } }
const rdma: Resources = { rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10_000 }, mlx4_0: { hcaObjects: 0 }, none: {} } }
const rdmaLines = ['rdma.max mlx5_1 hca_handle=3 hca_object=10000', 'rdma.max mlx4_0 hca_object=0']
const throttled: Resources = {
  blockIO: {
    throttleReadBpsDevice: [{ ...disk, rate: 2n ** 64n - 1n }],
    throttleWriteBpsDevice: [{ ...disk, rate: 1 }, { ...disk }],
    throttleReadIOPSDevice: [{ ...disk, rate: 2 }],
    throttleWriteIOPSDevice: [{ ...disk, rate: 0 }],
  },
}
const weighted: Resources = { blockIO: { weight: 10, weightDevice: [{ ...disk, weight: 1000 }, { ...disk }] } }

const onV1: readonly Case[] = [
  ['nothing', {}],
  ['pids without a limit', { pids: {} }],
  ['a limit of pids', { pids: { limit: 5 } }, 'pids.max 5'],
  ['no limit of pids', { pids: { limit: -1 } }, 'pids.max? max'],
  ['no pids at all', { pids: { limit: 0 } }, 'pids.max 1'],
  ['less than no pids', { pids: { limit: -2 } }, '!/pids/limit must be -1 (no limit) or more'],
  [
    'rates of devices',
    throttled,
    'blkio.throttle.read_bps_device 8:16 18446744073709551615',
    'blkio.throttle.write_bps_device 8:16 1',
    'blkio.throttle.write_bps_device? 8:16 0',
    'blkio.throttle.read_iops_device 8:16 2',
    'blkio.throttle.write_iops_device? 8:16 0',
  ],
  ['weights', weighted, 'blkio.bfq.weight 10', 'blkio.bfq.weight_device 8:16 1000'],
  [
    'huge pages',
    pages,
    `hugetlb.2MB.limit_in_bytes ${2n ** 64n - 1n}`,
    `hugetlb.2MB.rsvd.limit_in_bytes ${2n ** 64n - 1n}`,
  ],
  ['network', network, 'net_cls.classid 1048577', 'net_prio.ifpriomap lo 5'],
  ['no network', { network: { classID: 0, priorities: [] } }],
  ['rdma', rdma, ...rdmaLines],
  [
    'unified',
    { unified: { 'memory.high': '1', 'cgroup.freeze': '0' } },
    '!/unified/memory.high cannot set unified on cgroup v1',
    '!/unified/cgroup.freeze cannot set unified on cgroup v1',
  ],
]

const onV2: readonly Case[] = [
  ['nothing', { unified: {} }],
  ['a limit of pids', { pids: { limit: 5 } }, 'pids.max 5'],
  ['no limit of pids', { pids: { limit: -1 } }, 'pids.max? max'],
  [
    'rates of devices',
    throttled,
    'io.max 8:16 rbps=18446744073709551615',
    'io.max 8:16 wbps=1',
    'io.max? 8:16 wbps=max',
    'io.max 8:16 riops=2',
    'io.max? 8:16 wiops=max',
  ],
  ['weights', weighted, 'io.bfq.weight 10, else io.weight 1', 'io.bfq.weight 8:16 1000, else io.weight 8:16 10000'],
  ['a weight between', { blockIO: { weight: 500 } }, 'io.bfq.weight 500, else io.weight 4950'],
  ['huge pages', pages, `hugetlb.2MB.max ${2n ** 64n - 1n}`, `hugetlb.2MB.rsvd.max ${2n ** 64n - 1n}`],
  [
    'network',
    network,
    '!/network/classID cgroup v2 has no network classes',
    '!/network/priorities cgroup v2 has no network priorities',
  ],
  ['no network', { network: { classID: 0, priorities: [] } }],
  ['rdma', rdma, ...rdmaLines],
  [
    'unified last, a line a write',
    {
      unified: { 'io.max': '8:0 rbps=1\n8:16 rbps=2\n', 'pids.max': 'max', 'cgroup.max.depth': '' },
      pids: { limit: 5 },
    },
    'pids.max 5',
    'io.max 8:0 rbps=1',
    'io.max 8:16 rbps=2',
    'pids.max max',
    'cgroup.max.depth ',
  ],
  [
    'unified without its controller',
    { unified: { 'misc.max': '1', 'a/b.c': '' } },
    `!/unified/misc.max ${gone('misc')} in cgroup v2`,
    `!/unified/a~1b.c ${gone('a/b')} in cgroup v2`,
  ],
]

const onBoth: readonly Case[] = [
  ['a leaf weight', { blockIO: { leafWeight: 10 } }, `!/blockIO/leafWeight ${leaf}`],
  [
    'a leaf weight of a device',
    { blockIO: { weightDevice: [{ ...disk, leafWeight: 10 }] } },
    `!/blockIO/weightDevice/0/leafWeight ${leaf}`,
  ],
  [
    'a device that cannot be',
    { blockIO: { throttleReadBpsDevice: [{ major: -1, minor: 2 ** 20, rate: 1 }] } },
    '!/blockIO/throttleReadBpsDevice/0/major must be between 0 and 4095',
    '!/blockIO/throttleReadBpsDevice/0/minor must be between 0 and 1048575',
  ],
  [
    'a weighted device that cannot be',
    { blockIO: { weightDevice: [{ major: 4096, minor: 0, weight: 10 }] } },
    '!/blockIO/weightDevice/0/major must be between 0 and 4095',
  ],
  ['a name of two words', { rdma: { 'a b': { hcaHandles: 1 } } }, '!/rdma/a b not the name of an RDMA device'],
]

for (const [name, resources, ...lines] of onV1) test(`${name}, on v1`, () => assert.equal(told(resources, v1), lines))
for (const [name, resources, ...lines] of onV2) test(`${name}, on v2`, () => assert.equal(told(resources, v2), lines))
for (const [name, resources, ...lines] of onBoth) {
  test(`${name}, on both`, () => {
    assert.equal(told(resources, v1), lines)
    assert.equal(told(resources, v2), lines)
  })
}

test('an interface name of two words', () => {
  const resources = { network: { priorities: [{ name: 'lo 1\neth0', priority: 5 }] } }
  assert.equal(told(resources, v1), ['!/network/priorities/0/name not a name of a network interface'])
})

const everything: Resources = {
  memory: { limit: 4096, swap: 8192 },
  cpu: { shares: 2, cpus: '0' },
  pids: { limit: 1 },
  ...weighted,
  ...pages,
  ...rdma,
}

test('a limit without its controller is reported at its field, each once', () => {
  const bare = { v1: [], v2: undefined }
  assert.equal(told({ ...everything, ...network }, without(v1, ...v1.v1.flatMap(({ controllers }) => controllers))), [
    `!/cpu/cpus ${unknown('cpuset')}`,
    `!/cpu/shares ${unknown('cpu')}`,
    `!/memory/swap ${unknown('memory')}`,
    `!/memory/limit ${unknown('memory')}`,
    `!/pids/limit ${unknown('pids')}`,
    `!/blockIO/weight ${unknown('io')}`,
    `!/blockIO/weightDevice/0/weight ${unknown('io')}`,
    `!/hugepageLimits/0 ${unknown('hugetlb')}`,
    '!/network/classID cgroup v2 has no network classes',
    '!/network/priorities cgroup v2 has no network priorities',
    `!/rdma/mlx5_1 ${unknown('rdma')}`,
    `!/rdma/mlx4_0 ${unknown('rdma')}`,
  ])
  assert.is(told(everything, bare).length, 10)
  assert.equal(told({ ...pages, ...network }, without(v1, 'hugetlb', 'net_cls', 'net_prio')), [
    `!/hugepageLimits/0 ${unmounted('hugetlb')}`,
    `!/network/classID ${unmounted('net_cls')}`,
    `!/network/priorities/0 ${unmounted('net_prio')}`,
  ])
})

test('without a controller, values without effect need no write', () => {
  const free: Resources = {
    memory: { limit: -1, swap: -1, reservation: -1, kernelTCP: -1, useHierarchy: true },
    cpu: { quota: -1, period: 1000, burst: 0, idle: 0, realtimeRuntime: -1 },
    pids: { limit: -1 },
    blockIO: { throttleReadBpsDevice: [{ ...disk, rate: 0 }] },
  }
  assert.equal(told(free, { v1: [], v2: undefined }), [])
  assert.equal(told(free, without(v1, 'memory', 'cpu', 'pids', 'blkio')), [])
})

test('each controller is written where it is: on v1 next to a v2 with some controllers', () => {
  const some = without(v1, 'memory', 'pids')
  const hybrid = { v1: some.v1, v2: { mount: '/sys/fs/cgroup/unified', controllers: ['memory', 'pids'], own: '/' } }
  const resources = { ...everything, unified: { 'memory.high': '1', 'cpu.weight': '1' } }
  assert.equal(told(resources, hybrid), [`!/unified/cpu.weight ${gone('cpu')} in cgroup v2`])
  const { writes } = compileResources({ ...everything, unified: { 'memory.high': '1' } }, hybrid)
  assert.equal(
    writes.map(({ controller, version, file }) => `${controller}${version} ${file}`),
    [
      'cpuset1 cpuset.cpus',
      'cpu1 cpu.shares',
      'memory2 memory.swap.max',
      'memory2 memory.max',
      'pids2 pids.max',
      'blkio1 blkio.bfq.weight',
      'blkio1 blkio.bfq.weight_device',
      'hugetlb1 hugetlb.2MB.limit_in_bytes',
      'hugetlb1 hugetlb.2MB.rsvd.limit_in_bytes',
      'rdma1 rdma.max',
      'rdma1 rdma.max',
      'memory2 memory.high',
    ],
  )
})

test('every write names its field', () => {
  const asked = {
    memory: {
      limit: 1,
      swap: 1,
      reservation: 1,
      kernelTCP: 1,
      swappiness: 1,
      disableOOMKiller: true,
      useHierarchy: true,
    },
    cpu: {
      shares: 2,
      quota: 1000,
      period: 1000,
      burst: 1,
      realtimeRuntime: 1,
      realtimePeriod: 1,
      cpus: '0',
      mems: '0',
    },
    pids: { limit: 1 },
    blockIO: { ...throttled.blockIO, ...weighted.blockIO },
    ...pages,
    ...network,
    ...rdma,
  }
  const { writes, faults } = compileResources(asked, v1)
  assert.equal(faults, [])
  for (const { pointer } of writes) {
    let value: unknown = { linux: { resources: asked } }
    for (const key of pointer.split('/').slice(1)) value = (value as Record<string, unknown>)[key]
    assert.ok(value !== undefined && value !== 0, pointer)
  }
  for (const [section, fields] of Object.entries({ memory: asked.memory, cpu: asked.cpu }))
    for (const key of Object.keys(fields))
      assert.ok(
        writes.some(({ pointer }) => pointer === `/linux/resources/${section}/${key}`),
        key,
      )
})

test.run()
