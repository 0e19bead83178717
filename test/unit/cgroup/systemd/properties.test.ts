import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bitsOf } from '../../../../src/cgroup/systemd/bits.ts'
import { roundedQuota } from '../../../../src/cgroup/systemd/cpu_quota.ts'
import { type Manager, resourceProperties, unitProperties } from '../../../../src/cgroup/systemd/properties.ts'
import { unitOf } from '../../../../src/cgroup/systemd/unit.ts'
import type { Value } from '../../../../src/cgroup/systemd/value.ts'
import type { Resources } from '../../../../src/spec/resources.ts'

const v2: Manager = { systemd: 252, version: 2 }
const v1: Manager = { systemd: 252, version: 1 }
const infinity = String(2n ** 64n - 1n)

function words(value: Value): string {
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16)).join(' ')
  if (Array.isArray(value)) return `[${value.map(words).join(' ')}]`
  return String(value)
}

/** `Name=signature value`, or the fault, without the properties of devices. */
function told(resources: Resources, manager = v2): readonly string[] {
  return [...resourceProperties(resources, manager)]
    .map((each) =>
      'name' in each
        ? `${each.name}=${each.value.signature} ${words(each.value.value)}`
        : `!${each.pointer.slice('/linux/resources'.length)} ${each.message}`,
    )
    .filter((line) => !line.startsWith('Device'))
}

test('the properties of every unit', () => {
  const unit = unitOf('machine.slice:libpod:12', { id: '', ofUser: false })
  const slice = unitOf('a.slice::a-b.slice', { id: '', ofUser: false })
  if ('message' in unit || 'message' in slice) throw new Error('no unit')
  const found = (each: typeof unit, manager: Manager) =>
    [...unitProperties(each, manager, 42)].map(({ name, value }) => `${name}=${value.signature} ${words(value.value)}`)
  assert.equal(found(unit, v2), [
    'Description=s ocits container libpod-12.scope',
    'Slice=s machine.slice',
    'Delegate=b true',
    'PIDs=au [42]',
    'MemoryAccounting=b true',
    'CPUAccounting=b true',
    'IOAccounting=b true',
    'TasksAccounting=b true',
    'DefaultDependencies=b false',
  ])
  assert.ok(found(unit, v1).includes('BlockIOAccounting=b true'))
  assert.equal(found(slice, v2).slice(1, 3), ['Wants=as [a.slice]', 'MemoryAccounting=b true'])
})

type Case = readonly [name: string, resources: Resources, v2: readonly string[], v1?: readonly string[]]

const cases: readonly Case[] = [
  ['nothing', {}, []],
  [
    'memory',
    { memory: { limit: 100, reservation: 50, swap: 130 } },
    ['MemoryMax=t 100', 'MemoryLow=t 50', 'MemorySwapMax=t 30'],
    ['MemoryLimit=t 100'],
  ],
  [
    'memory without limit',
    { memory: { limit: -1, reservation: -1 } },
    [`MemoryMax=t ${infinity}`, `MemoryLow=t ${infinity}`, `MemorySwapMax=t ${infinity}`],
    [`MemoryLimit=t ${infinity}`],
  ],
  ['no swap', { memory: { limit: 100, swap: 100 } }, ['MemoryMax=t 100', 'MemorySwapMax=t 0'], ['MemoryLimit=t 100']],
  ['shares', { cpu: { shares: 1024 } }, ['CPUWeight=t 100'], ['CPUShares=t 1024']],
  ['idle', { cpu: { idle: 1, shares: 1024 } }, ['CPUWeight=t 0'], []],
  ['not idle', { cpu: { idle: 0, shares: 2 } }, ['CPUWeight=t 1'], ['CPUShares=t 2']],
  [
    'a quota in a period',
    { cpu: { quota: 15_000, period: 50_000 } },
    ['CPUQuotaPeriodUSec=t 50000', 'CPUQuotaPerSecUSec=t 300000'],
    ['CPUQuotaPeriodUSec=t 50000', 'CPUQuotaPerSecUSec=t 300000'],
  ],
  [
    'no quota in a period',
    { cpu: { quota: -1, period: 50_000 } },
    ['CPUQuotaPeriodUSec=t 50000', `CPUQuotaPerSecUSec=t ${infinity}`],
    ['CPUQuotaPeriodUSec=t 50000', `CPUQuotaPerSecUSec=t ${infinity}`],
  ],
  [
    'cpus and mems',
    { cpu: { cpus: '0-2,9', mems: '1' } },
    ['AllowedCPUs=ay 7 2', 'AllowedMemoryNodes=ay 2'],
    ['AllowedCPUs=ay 7 2', 'AllowedMemoryNodes=ay 2'],
  ],
  [
    'no list',
    { cpu: { cpus: 'a' } },
    ['!/cpu/cpus not a list of numbers, such as 0-3,7'],
    ['!/cpu/cpus not a list of numbers, such as 0-3,7'],
  ],
  ['pids', { pids: { limit: 5 } }, ['TasksMax=t 5'], ['TasksMax=t 5']],
  ['no limit of pids', { pids: { limit: -1 } }, [`TasksMax=t ${infinity}`], [`TasksMax=t ${infinity}`]],
  ['no pids', { pids: { limit: 0 } }, ['TasksMax=t 1'], ['TasksMax=t 1']],
  ['a weight of disks', { blockIO: { weight: 500 } }, ['IOWeight=t 4950'], ['BlockIOWeight=t 500']],
  [
    'files of v2, and those without a property',
    {
      unified: {
        'memory.min': '1',
        'memory.low': '2',
        'memory.high': '3',
        'memory.max': '4\n',
        'memory.swap.max': 'max',
        'pids.max': '6',
        'cpu.weight': '7',
        'cpu.max': '15000 50000',
        'cpuset.cpus': '0',
        'cpuset.mems': '0-1',
        'memory.oom.group': '1',
        'io.max': '8:0 rbps=1',
      },
    },
    [
      'MemoryMin=t 1',
      'MemoryLow=t 2',
      'MemoryHigh=t 3',
      'MemoryMax=t 4',
      `MemorySwapMax=t ${infinity}`,
      'TasksMax=t 6',
      'CPUWeight=t 7',
      'CPUQuotaPeriodUSec=t 50000',
      'CPUQuotaPerSecUSec=t 300000',
      'AllowedCPUs=ay 1',
      'AllowedMemoryNodes=ay 3',
    ],
    [],
  ],
  [
    'unified overrides',
    { memory: { limit: 5 }, unified: { 'memory.max': '6' } },
    ['MemoryMax=t 6'],
    ['MemoryLimit=t 5'],
  ],
  ['idle by its file', { unified: { 'cpu.weight': '5', 'cpu.idle': '1' } }, ['CPUWeight=t 0'], []],
  [
    'a quota by its file',
    { unified: { 'cpu.max': 'max' } },
    ['CPUQuotaPeriodUSec=t 100000', `CPUQuotaPerSecUSec=t ${infinity}`],
    [],
  ],
  [
    'files with no value',
    { unified: { 'memory.max': '1k', 'cpuset.cpus': '', 'cpu.max': '1 2 3', 'pids.max': '18446744073709551616' } },
    ['memory.max', 'cpuset.cpus', 'cpu.max', 'pids.max'].map(
      (file) => `!/unified/${file} not a value that systemd knows`,
    ),
    [],
  ],
]

for (const [name, resources, onV2, onV1 = []] of cases) {
  test(name, () => {
    assert.equal(told(resources), onV2)
    assert.equal(told(resources, v1), onV1)
  })
}

test('an old systemd does not get properties that it does not know', () => {
  const cpu = { period: 50_000, quota: 50_000, idle: 1, cpus: '0' }
  const old = (systemd: number) =>
    told({ cpu, unified: { 'cpuset.mems': '0' } }, { systemd, version: 2 }).map((line) => line.split('=')[0])
  assert.equal(old(241), ['CPUQuotaPerSecUSec'])
  assert.equal(old(242), ['CPUQuotaPeriodUSec', 'CPUQuotaPerSecUSec'])
  assert.equal(old(244), ['CPUQuotaPeriodUSec', 'CPUQuotaPerSecUSec', 'AllowedCPUs', 'AllowedMemoryNodes'])
  assert.equal(old(252), ['CPUQuotaPeriodUSec', 'CPUQuotaPerSecUSec', 'CPUWeight', 'AllowedCPUs', 'AllowedMemoryNodes'])
})

test('a quota is rounded up to whole percents, and the cgroup gets the same', () => {
  const rounded = (quota: number, period?: number) =>
    roundedQuota(period === undefined ? { quota } : { quota, period }).quota
  assert.equal(told({ cpu: { quota: 10_001 } }), ['CPUQuotaPerSecUSec=t 110000'])
  assert.is(rounded(10_001), 11_000)
  assert.is(rounded(15_000, 50_000), 15_000)
  assert.is(rounded(1_001, 3_000), 1_020)
  assert.is(rounded(-1), -1)
  assert.is(rounded(0, 5_000), 0)
  for (let quota = 1_000; quota < 3_000; quota += 7)
    for (const period of [1_000, 2_500, 33_333, 1_000_000]) {
      const value = Number(rounded(quota, period))
      assert.ok(value >= quota && value - quota <= period / 100, `${quota} ${period} ${value}`)
    }
})

test('devices: the policy, an empty list, and then the list', () => {
  const found = (resources: Resources, manager = v2) =>
    [...resourceProperties(resources, manager)].map((each) =>
      'name' in each ? `${each.name} ${words(each.value.value)}` : `!${each.pointer} ${each.message}`,
    )
  const [policy, empty, list = ''] = found({ devices: [{ allow: true, type: 'b', major: 8, minor: 0, access: 'rw' }] })
  assert.equal([policy, empty], ['DevicePolicy strict', 'DeviceAllow []'])
  assert.ok(list.startsWith('DeviceAllow [[/dev/block/8:0 rw] [char-* m]'), list)
  assert.equal(found({ devices: [{ allow: true, access: 'rwm' }] }), ['DevicePolicy auto', 'DeviceAllow []'])
  const holes: Resources = {
    devices: [
      { allow: true, access: 'rwm' },
      { allow: false, type: 'b', major: 8, minor: 0, access: 'w' },
    ],
  }
  assert.equal(found(holes)[0], 'DevicePolicy auto')
  const message = 'systemd cannot apply this rule on cgroup v1, where it has only a list of allowed devices'
  assert.equal(found(holes, v1)[0], `!/linux/resources/devices/1 ${message}`)
})

test('bits of a list', () => {
  assert.equal(bitsOf('0'), Uint8Array.of(1))
  assert.equal(bitsOf('7-8,17'), Uint8Array.of(0x80, 1, 2))
  assert.equal(bitsOf('1-5,3-4,2,8'), Uint8Array.of(0x3e, 1))
  for (const list of ['', 'a', '3-1', '70000']) assert.is(bitsOf(list), undefined)
})

test('bits of a list with hundreds of thousands of ranges', () => {
  const all = new Uint8Array(8192).fill(255)
  assert.equal(bitsOf('0-65535:1/1,'.repeat(4)), all)
  assert.equal(bitsOf('0-65535,'.repeat(400_000)), all)
})

test.run()
