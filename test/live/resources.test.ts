import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Resources } from '../../src/spec/resources.ts'
import { binary, bindings, type Runtime, runtime } from '../harness/binding.ts'
import {
  besideV1,
  controllersOfV2,
  type Files,
  filesHere,
  hasController as has,
  isOnV1,
  isV1,
} from '../harness/cgroups.ts'
import { live, skipped } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-resources'

const disk = readdirSync('/sys/block')
  .filter((name) => Number(readFileSync(`/sys/block/${name}/size`, 'utf8')) > 0)
  .map((name) => readFileSync(`/sys/block/${name}/dev`, 'utf8').trim())[0]
const [major = 0, minor = 0] = (disk ?? '').split(':').map(Number)

const pages = readdirSync('/sys/kernel/mm/hugepages').map((name) => Number(/\d+/.exec(name)?.[0]))
const size = pages.includes(2048) ? '2MB' : undefined

/** The limits in the config, and the resulting contents of the files. */
type Field = readonly [resources: Resources, v1: Files, v2: Files]

const fields: Readonly<Record<string, Field>> = {
  memory: [
    { memory: { limit: 33554432, swap: 50331648, reservation: 16777216 } },
    {
      'memory/memory.limit_in_bytes': '33554432',
      'memory/memory.memsw.limit_in_bytes': '50331648',
      'memory/memory.soft_limit_in_bytes': '16777216',
    },
    { 'memory.max': '33554432', 'memory.swap.max': '16777216', 'memory.low': '16777216' },
  ],
  'memory without limit': [
    { memory: { limit: -1 } },
    { 'memory/memory.limit_in_bytes': '9223372036854771712' },
    { 'memory.max': 'max' },
  ],
  'a limit for the kernel too': [
    { memory: { limit: 33554432, kernel: 33554432, kernelTCP: 67108864 } },
    { 'memory/memory.limit_in_bytes': '33554432', 'memory/memory.kmem.tcp.limit_in_bytes': '67108864' },
    { 'memory.max': '33554432' },
  ],
  'shares, quota, period, burst': [
    { cpu: { shares: 512, quota: 20000, period: 40000, burst: 10000 } },
    {
      'cpu/cpu.shares': '512',
      'cpu/cpu.cfs_quota_us': '20000',
      'cpu/cpu.cfs_period_us': '40000',
      'cpu/cpu.cfs_burst_us': '10000',
    },
    { 'cpu.weight': '59', 'cpu.max': '20000 40000', 'cpu.max.burst': '10000' },
  ],
  idle: [{ cpu: { idle: 1, shares: 1024 } }, { 'cpu/cpu.idle': '1' }, { 'cpu.idle': '1' }],
  'cpus and mems': [
    { cpu: { cpus: '0', mems: '0' } },
    { 'cpuset/cpuset.cpus': '0', 'cpuset/cpuset.mems': '0' },
    { 'cpuset.cpus': '0', 'cpuset.mems': '0' },
  ],
  pids: [{ pids: { limit: 7 } }, { 'pids/pids.max': '7' }, { 'pids.max': '7' }],
  'no pids': [{ pids: { limit: 0 } }, { 'pids/pids.max': '1' }, { 'pids.max': '1' }],
}

const onV1: Readonly<Record<string, Resources & { readonly files: Files }>> = {
  'swappiness and no OOM killer': {
    memory: { swappiness: 0, disableOOMKiller: true, useHierarchy: true },
    files: {
      'memory/memory.swappiness': '0',
      'memory/memory.oom_control': 'oom_kill_disable 1 under_oom 0 oom_kill 0',
      'memory/memory.use_hierarchy': '1',
    },
  },
}

const cgroups = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro', 'nosuid', 'nodev'] }
const spaces = ['pid', 'mount', 'cgroup'] as const

function changes(resources: Resources, ...more: readonly ('time' | 'user')[]): Changes {
  const namespaces = [...spaces, ...more].map((type) => ({ type }))
  const maps = [{ containerID: 0, hostID: 0, size: 65536 }]
  const mapped = more.includes('user') ? { uidMappings: maps, gidMappings: maps } : {}
  return {
    mounts: [proc, { destination: '/sys', type: 'sysfs', source: 'sysfs' }, cgroups, ...(isV1 ? [besideV1] : [])],
    linux: { namespaces, cgroupsPath: '/ocits-resources', resources, ...mapped },
  }
}

/** Runs a container with these limits, which reads the files; each as `path: words`. */
async function read(ocits: Runtime, files: readonly string[], asked: Changes): Promise<readonly string[]> {
  const path = await make(
    config(
      files.flatMap((file) => ['read', file]),
      asked,
    ),
  )
  return succeeded(await ocits(['run', '--bundle', path, 'limited']))
    .trim()
    .split('\n')
}

const lines = (files: Files) => Object.entries(files).map(([file, words]) => `${file}: ${words}`)

async function holds(ocits: Runtime, resources: Resources, files: Files): Promise<void> {
  const before = traces(root)
  assert.equal(await read(ocits, Object.keys(files), changes(resources)), lines(files))
  await unchanged(before, root)
}

/** Words of the error line; the pointer is below linux.resources. */
const refusals: Readonly<Record<string, readonly [resources: Resources, pointer: string, words: string]>> = {
  'swap without memory': [{ memory: { swap: 4096 } }, 'memory/swap', 'unable to set swap limit without memory limit'],
  'a CPU that is not there': [{ cpu: { cpus: '4000' } }, 'cpu/cpus', 'ERANGE'],
  'no list of CPUs': [{ cpu: { cpus: '0-' } }, 'cpu/cpus', 'not a list of numbers'],
  'a device that is not there': [
    { blockIO: { throttleReadBpsDevice: [{ major: 4095, minor: 9, rate: 1 }] } },
    'blockIO/throttleReadBpsDevice/0',
    'ENODEV (no such device): there is no such device',
  ],
  'pages of a size that is not there': [
    { hugepageLimits: [{ pageSize: '3MB', limit: 0 }] },
    'hugepageLimits/0',
    has('hugetlb') ? 'hugetlb: unsupported page size 3MB\n' : 'the cgroup controller hugetlb is not available',
  ],
  ...(isOnV1('net_cls')
    ? {} // see bundles/resources-network
    : {
        'a network class': [
          { network: { classID: 1 } },
          'network/classID',
          isV1 ? 'net_cls is not available' : 'no network',
        ],
      }),
  unified: [
    { unified: { 'nothing.max': '1' } },
    'unified/nothing.max',
    controllersOfV2.length > 0 ? 'the cgroup controller nothing is not available' : 'cannot set unified on cgroup v1',
  ],
}

for (const binding of bindings) {
  const ocits = runtime(binding, root)
  const each = (what: string, body: () => Promise<void>) => live(`${binding.name}: ${what}`, body)

  for (const [name, [resources, v1, v2]] of Object.entries(fields)) {
    const files = filesHere(v1, v2)
    if (files === undefined) skipped(`${binding.name}: ${name}`, 'its controller is not there')
    else each(name, () => holds(ocits, resources, files))
  }
  for (const [name, { files, ...resources }] of Object.entries(onV1)) {
    const here = filesHere(files, {})
    if (here !== undefined) each(name, () => holds(ocits, resources, here))
  }

  for (const [name, [resources, pointer, words]] of Object.entries(refusals)) {
    each(`refused, ${name}`, async () => {
      const before = traces(root)
      const path = await make(config([], changes(resources)))
      const result = await ocits(['create', '--bundle', path, 'limited'])
      refused(result, `config.json#/linux/resources/${pointer}: `, words)
      await unchanged(before, root)
    })
  }

  each('an init that dies of the limit of memory', async () => {
    const before = traces(root)
    const path = await make(config([], changes({ memory: { limit: 4096 } })))
    const words = ['config.json#/linux/resources/memory/limit: ', 'memory limit too low?']
    refused(await ocits(['create', '--bundle', path, 'limited']), ...words)
    await unchanged(before, root)
  })

  // The init forks into the pid namespace, and into the time namespace.
  for (const more of [[], ['time'], ['user']] as const) {
    each(`one process, with namespaces ${[...spaces, ...more].join(' ')}`, async () => {
      const files = filesHere({ 'pids/pids.max': '1' }, { 'pids.max': '1' }) ?? {}
      assert.equal(await read(ocits, Object.keys(files), changes({ pids: { limit: 1 } }, ...more)), lines(files))
    })
  }
}

const ocits = runtime(bindings[0] ?? binary, root)

const rates = filesHere(
  {
    'blkio/blkio.throttle.read_bps_device': `${disk} 1048576`,
    'blkio/blkio.throttle.write_bps_device': `${disk} 2097152`,
    'blkio/blkio.throttle.read_iops_device': `${disk} 100`,
    'blkio/blkio.throttle.write_iops_device': `${disk} 200`,
  },
  { 'io.max': `${disk} rbps=1048576 wbps=2097152 riops=100 wiops=200` },
)
if (disk === undefined || rates === undefined) {
  skipped('rates of a disk', disk === undefined ? 'there is no disk with a size' : 'no controller of block I/O')
} else {
  live('rates of a disk', async () => {
    const device = { major, minor }
    const blockIO = {
      throttleReadBpsDevice: [{ ...device, rate: 1048576 }],
      throttleWriteBpsDevice: [{ ...device, rate: 2097152 }],
      throttleReadIOPSDevice: [{ ...device, rate: 100 }],
      throttleWriteIOPSDevice: [{ ...device, rate: 200 }],
    }
    await holds(ocits, { blockIO }, rates)
  })
}

const huge = filesHere(
  { 'hugetlb/hugetlb.2MB.limit_in_bytes': '4194304', 'hugetlb/hugetlb.2MB.rsvd.limit_in_bytes': '4194304' },
  { 'hugetlb.2MB.max': '4194304', 'hugetlb.2MB.rsvd.max': '4194304' },
)
if (size === undefined || huge === undefined) {
  skipped('huge pages', size === undefined ? 'no huge pages of 2 MB' : 'no controller of huge pages')
} else {
  live('huge pages', () => holds(ocits, { hugepageLimits: [{ pageSize: size, limit: 4194304 }] }, huge))
}

const ownRealtime = '/sys/fs/cgroup/cpu/cpu.rt_runtime_us'
if (!existsSync(ownRealtime)) {
  skipped('real time', 'cgroup v1 and CONFIG_RT_GROUP_SCHED are needed')
} else {
  live('real time', async () => {
    // The container gets a part of its parent's time, which is zero at first. This cgroup belongs to the sandbox.
    writeFileSync(ownRealtime, '50000')
    const files = filesHere({ 'cpu/cpu.rt_period_us': '500000', 'cpu/cpu.rt_runtime_us': '5000' }, {}) ?? {}
    await holds(ocits, { cpu: { realtimePeriod: 500000, realtimeRuntime: 5000 } }, files)
  })
}

test.run()
