import { test } from 'uvu'
import type { Host } from '../../src/plan/host.ts'
import type { State } from '../../src/plan/state.ts'
import { type Update, updateSteps } from '../../src/plan/update.ts'
import { explain } from '../../src/program/explain.ts'
import { v1Host, v2Host } from '../fixtures/hosts.ts'
import { held } from '../harness/golden.ts'

// The plans of updates, for cgroup v1 and v2: the values, their order, and the values that are restored when a later step fails.

const state = (host: Host): State => ({
  ociVersion: '1.3.0',
  id: 'web',
  bundle: '/bundles/web',
  rootfs: '/bundles/web/rootfs',
  created: '2026-11-30T00:00:00.000000000Z',
  owner: 0,
  cgroups: [...host.v1, ...(host.v2 === undefined ? [] : [host.v2])].map(({ mount }) => `${mount}/web`),
  inodes: [],
  boot: '',
  namespaces: [],
  pid: 1000,
  startTime: 1,
  last: [],
})

/** The contents of the cgroup's files before the update. */
const now: Readonly<Record<string, string>> = {
  'memory.limit_in_bytes': '67108864\n',
  'memory.memsw.limit_in_bytes': '134217728\n',
  'memory.soft_limit_in_bytes': '9223372036854771712\n',
  'memory.max': '67108864\n',
  'memory.swap.max': '67108864\n',
  'memory.low': '0\n',
  'cpu.shares': '1024\n',
  'cpu.weight': '100\n',
  'cpu.cfs_quota_us': '-1\n',
  'cpu.cfs_period_us': '100000\n',
  'cpu.max': 'max 100000\n',
  'cpuset.cpus': '0-3\n',
  'pids.max': 'max\n',
  'blkio.weight': '500\n',
  'blkio.throttle.read_bps_device': '8:0 1000\n8:16 2000\n',
  'io.weight': 'default 100\n8:16 200\n',
  'io.max': '8:0 rbps=1000 wbps=max riops=max wiops=max\n',
}

const read = (path: string) => now[path.slice(path.lastIndexOf('/') + 1)]

const updates: Readonly<Record<string, Update & { readonly unit?: State['unit'] }>> = {
  'more memory': { resources: { memory: { limit: 268_435_456, swap: 536_870_912 } } },
  'less memory': { resources: { memory: { limit: 33_554_432, swap: 33_554_432 } } },
  'a quota': { resources: { cpu: { quota: 50_000 } } },
  'all at once': {
    resources: {
      cpu: { shares: 512, quota: 20_000, period: 50_000, cpus: '0' },
      memory: { reservation: 1_048_576 },
      pids: { limit: 10 },
    },
  },
  'of a disk that had a limit, and of one that had none': {
    resources: {
      blockIO: {
        weight: 100,
        throttleReadBpsDevice: [
          { major: 8, minor: 0, rate: 5 },
          { major: 9, minor: 0, rate: 5 },
        ],
      },
    },
  },
  'a quota and a limit of swap in a unit of systemd': {
    resources: { cpu: { quota: 12_345 }, memory: { swap: 134_217_728 } },
    unit: { name: 'ocits-web.scope', bus: '/run/dbus/system_bus_socket' },
  },
  'a period in a unit of systemd': {
    resources: { cpu: { period: 50_000 } },
    unit: { name: 'ocits-web.scope', bus: '/run/dbus/system_bus_socket' },
  },
  'in a unit of systemd': {
    resources: { memory: { limit: 33_554_432 }, pids: { limit: 10 } },
    unit: { name: 'ocits-web.scope', bus: '/run/dbus/system_bus_socket' },
  },
}

for (const [version, host] of [
  ['v1', v1Host],
  ['v2', v2Host],
] as const) {
  const path = new URL(`update.${version}.txt`, import.meta.url)
  test(`test/golden/update.${version}.txt has the plans; ACCEPT=1 rewrites it`, () => {
    const plans = Object.entries(updates).map(([name, { unit, ...each }]) => {
      const container = { ...state(host), ...(unit === undefined ? {} : { unit }) }
      return `${name}\n${explain([...updateSteps(container, each, { ...host, read })])}`
    })
    const text = plans.join('\n')
    held(text, path)
  })
}

test.run()
