import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cpuWeight } from '../../../../src/cgroup/resources/cpu_weight.ts'
import type { Cpu } from '../../../../src/spec/resources.ts'
import { told, v1, v2, without } from './compile.ts'

type Case = readonly [name: string, cpu: Cpu, v1: readonly string[], v2: readonly string[]]

const noRealtime = (key: string) => `!/cpu/${key} cgroup v2 has no limits for real-time processes`
const both = (line: string) => [[line], [line]] as const

const cases: readonly Case[] = [
  ['nothing', {}, [], []],
  [
    '0 and no words are nothing',
    { shares: 0, quota: 0, period: 0, realtimeRuntime: 0, realtimePeriod: 0, cpus: '', mems: '' },
    [],
    [],
  ],
  ['shares', { shares: 1024 }, ['cpu.shares 1024'], ['cpu.weight 100']],
  ['too few shares', { shares: 1 }, ['!/cpu/shares the minimum allowed cpu-shares is 2'], ['cpu.weight 1']],
  [
    'too many shares',
    { shares: 2n ** 64n - 1n },
    ['!/cpu/shares the maximum allowed cpu-shares is 262144'],
    ['cpu.weight 10000'],
  ],
  ['a quota', { quota: 50_000 }, ['cpu.cfs_quota_us 50000'], ['cpu.max 50000 100000']],
  ['no quota', { quota: -1 }, ['cpu.cfs_quota_us? -1'], ['cpu.max? max 100000']],
  ['less than no quota', { quota: -7 }, ['cpu.cfs_quota_us? -1'], ['cpu.max? max 100000']],
  ['a period', { period: 20_000 }, ['cpu.cfs_period_us? 20000'], ['cpu.max? max 20000']],
  [
    'a period, then a quota',
    { quota: 10_000, period: 20_000 },
    ['cpu.cfs_period_us 20000', 'cpu.cfs_quota_us 10000'],
    ['cpu.max 10000 20000'],
  ],
  [
    'no quota in a period',
    { quota: -1, period: 20_000 },
    ['cpu.cfs_period_us? 20000', 'cpu.cfs_quota_us? -1'],
    ['cpu.max? max 20000'],
  ],
  [
    'burst first',
    { quota: 10_000, burst: 10_000 },
    ['cpu.cfs_burst_us 10000', 'cpu.cfs_quota_us 10000'],
    ['cpu.max.burst 10000', 'cpu.max 10000 100000'],
  ],
  ['no burst', { burst: 0 }, ['cpu.cfs_burst_us? 0'], ['cpu.max.burst? 0']],
  ['burst above quota', { quota: 1000, burst: 1001 }, ...both('!/cpu/burst must not be above the quota')],
  ['a short period', { period: 999 }, ...both('!/cpu/period must be between 1000 and 1000000')],
  ['a long period', { period: 1_000_001 }, ...both('!/cpu/period must be between 1000 and 1000000')],
  ['a small quota', { quota: 999 }, ...both('!/cpu/quota must be at least 1000')],
  ['idle, and so no weight', { idle: 1, shares: 2 }, ...both('cpu.idle 1')],
  ['not idle', { idle: 0, shares: 2 }, ['cpu.idle? 0', 'cpu.shares 2'], ['cpu.idle? 0', 'cpu.weight 1']],
  [
    'the period of real time first',
    { realtimeRuntime: 5000, realtimePeriod: 10_000 },
    ['cpu.rt_period_us 10000', 'cpu.rt_runtime_us 5000'],
    [noRealtime('realtimeRuntime'), noRealtime('realtimePeriod')],
  ],
  ['all of the real time', { realtimeRuntime: -1 }, ['cpu.rt_runtime_us? -1'], []],
  [
    'cpus and mems',
    { cpus: '0-2, 4', mems: '0' },
    ['cpuset.cpus 0-2, 4', 'cpuset.mems 0'],
    ['cpuset.cpus 0-2, 4', 'cpuset.mems 0'],
  ],
  ['a range that runs backwards', { cpus: '2-1' }, ...both('!/cpu/cpus not a list of numbers, such as 0-3,7')],
  ['a list of nothing', { mems: ' , ' }, ...both('!/cpu/mems not a list of numbers, such as 0-3,7')],
]

for (const [name, cpu, onV1, onV2] of cases) {
  test(`${name}, on v1`, () => assert.equal(told({ cpu }, v1), onV1))
  test(`${name}, on v2`, () => assert.equal(told({ cpu }, v2), onV2))
}

test('the weight: its ends, the default, and points between', () => {
  const points = { 0: 1, 1: 1, 2: 1, 3: 2, 10: 4, 100: 17, 1023: 100, 1024: 100, 1025: 101, 2048: 174, 10000: 627 }
  for (const [shares, weight] of Object.entries(points)) assert.is(cpuWeight(Number(shares)), weight, shares)
  for (const shares of [262_144, 262_145, 2n ** 64n - 1n]) assert.is(cpuWeight(shares), 10_000)
})

test('the weight grows with the shares, and is never close to a rounding limit', () => {
  let last = 1
  for (let shares = 3; shares < 262_144; shares++) {
    const weight = cpuWeight(shares)
    assert.ok(weight >= last && weight <= 10_000)
    last = weight
    if (shares === 1024) continue
    // Written like the formula. The last bits, in which mathematical libraries may differ, must not decide.
    const l = Math.log2(shares)
    const exact = 10 ** ((l ** 2 + 125 * l) / 612 - 7 / 34)
    assert.is(weight, Math.ceil(exact))
    assert.ok(Math.abs(exact - Math.round(exact)) > 1e-6, String(shares))
  }
})

test('cpu and cpuset are two controllers', () => {
  const cpu = { shares: 2, cpus: '0' }
  assert.equal(told({ cpu }, without(v2, 'cpuset')), [
    '!/cpu/cpus the cgroup controller cpuset is not available: does the kernel have it?',
  ])
  assert.equal(told({ cpu }, without(v1, 'cpu')), [
    '!/cpu/shares the cgroup controller cpu is not available: is its hierarchy mounted?',
  ])
})

type Bandwidth = { readonly quota: number; readonly period: number; readonly burst: number }

/**
 * A model of the kernel's three files below a parent with a share: never more than the parent's share, and never a burst above the quota.
 */
function kernelTakes(before: Bandwidth, asked: Bandwidth, share: number): boolean {
  const state: Record<string, number> = { quota: before.quota, period: before.period, burst: before.burst }
  const files = { 'cpu.cfs_quota_us': `${before.quota}\n`, 'cpu.cfs_period_us': `${before.period}\n` }
  for (const line of told({ cpu: asked }, v1, files)) {
    const [file = '', value] = line.split(' ')
    state[file.slice('cpu.cfs_'.length, file.indexOf('_us'))] = Number(value)
    const { quota = 0, period = 0, burst = 0 } = state
    if (quota >= 0 && (burst > quota || quota / period > share)) return false
  }
  return state.quota === asked.quota && state.period === asked.period && state.burst === asked.burst
}

test('in a cgroup in use, the kernel takes every change of quota, period and burst', () => {
  const all: Bandwidth[] = []
  for (const quota of [-1, 1000, 2000, 4000, 8000])
    for (const period of [1000, 2000, 4000, 8000])
      for (const burst of [0, 1000, 3000]) if (quota < 0 || burst <= quota) all.push({ quota, period, burst })
  for (const share of [0.5, 1, 2, 8]) {
    const possible = all.filter(({ quota, period }) => quota < 0 || quota / period <= share)
    for (const before of possible)
      for (const asked of possible) {
        const words = `${JSON.stringify(before)} to ${JSON.stringify(asked)} below ${share}`
        assert.ok(kernelTakes(before, asked, share), words)
      }
  }
})

test('on v2, limits that are not given stay unchanged', () => {
  const files = { 'cpu.max': '5000 50000\n' }
  assert.equal(told({ cpu: { period: 20_000 } }, v2, files), ['cpu.max 5000 20000'])
  assert.equal(told({ cpu: { quota: 8000 } }, v2, files), ['cpu.max 8000 50000'])
  assert.equal(told({ cpu: { quota: -1 } }, v2, files), ['cpu.max? max 50000'])
  assert.equal(told({ cpu: { quota: 8000, burst: 6000 } }, v2, files), ['cpu.max 8000 50000', 'cpu.max.burst 6000'])
  assert.equal(told({ cpu: { quota: 4000, burst: 3000 } }, v2, files), ['cpu.max.burst 3000', 'cpu.max 4000 50000'])
})

test('real time changes through the smaller share', () => {
  const cpu = { realtimeRuntime: 10, realtimePeriod: 100 }
  const files = (time: number, period: number) => ({
    'cpu.rt_runtime_us': `${time}\n`,
    'cpu.rt_period_us': `${period}\n`,
  })
  const order = (time: number, period: number) =>
    told({ cpu }, v1, files(time, period)).map((line) => line.slice(7, 10))
  assert.equal(order(50, 60), ['run', 'per'])
  assert.equal(order(5, 10), ['per', 'run'])
})

test.run()
