import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SpecFailure } from '../../../src/failure.ts'
import { removeSteps } from '../../../src/plan/delete.ts'
import type { Intent } from '../../../src/plan/state.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { decodeMessage } from '../../fixtures/bus_message.ts'
import { rootlessHost, v1Host, v2Host } from '../../fixtures/hosts.ts'
import { type Asked, lines, only, planOf, single } from '../../fixtures/plans.ts'

const cgroups = { bus: '/bus', cgroup: '', id: 'web' }
const ofRoot: Asked = { host: v2Host, request: { cgroups } }
const linux = (more: NonNullable<Spec['linux']>): Partial<Spec> => ({
  linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'cgroup' }], ...more },
})
const scope = '/sys/fs/cgroup/system.slice/ocits-web.scope'

test('the init is created outside and moved before it does anything; then the files are written', () => {
  const steps = planOf(linux({ resources: { memory: { limit: 4096 }, pids: { limit: 9 } } }), ofRoot)
  const ops = steps.map(({ op }) => op)
  assert.is(single(steps, 'spawn').into, '')
  assert.is(only(steps, 'cgroup').length, 0)
  assert.is(ops.indexOf('unit'), ops.indexOf('spawn') + 1)
  const early = steps.slice(0, ops.indexOf('unit')).filter(({ actor }) => actor === 'init')
  assert.equal(early, [])
  assert.equal(
    only(steps, 'write').map(({ path, value }) => `${path} ${value}`),
    // systemd already has its limit of pids, which is not for the forks of the init.
    [`${scope}/pids.max max`, `${scope}/memory.max 4096`, `${scope}/pids.max 9`],
  )
  // systemd enables the controllers that it knows: ocits enables only those that a limit needs.
  assert.equal(single(steps, 'enable').needed, ['memory', 'pids'])
  assert.equal(single(steps, 'enable').wanted, [])
  assert.is(single(steps, 'device_filter').dir, scope)
  assert.equal(only(planOf(linux({}), ofRoot), 'enable'), [])
})

test('the message for systemd is complete except for the pid, whose offset is known', () => {
  const annotations = { 'org.systemd.property.TimeoutStopSec': 'uint64 7', other: 'x' }
  const steps = planOf(
    { ...linux({ cgroupsPath: 'a-b.slice:x:y', resources: { pids: { limit: -1 } } }), annotations },
    ofRoot,
  )
  const { name, start, pid_at, dirs, properties, stop, reset } = single(steps, 'unit')
  assert.is(name, 'x-y.scope')
  assert.equal(dirs, ['/sys/fs/cgroup/a.slice/a-b.slice/x-y.scope'])
  const filled = start.slice()
  new DataView(filled.buffer).setUint32(pid_at, 4711, true)
  const { member, body } = decodeMessage(filled)
  assert.is(member, 'StartTransientUnit')
  assert.equal(body.slice(0, 2), ['x-y.scope', 'replace'])
  const told = new Map((body[2] as [string, { value: unknown }][]).map(([key, { value }]) => [key, value]))
  assert.equal(told.get('PIDs'), [4711])
  assert.is(told.get('TimeoutStopUSec'), 7_000_000)
  assert.is(told.get('Slice'), 'a-b.slice')
  assert.ok(properties.includes('Slice=a-b.slice Delegate=true') && properties.includes('TasksMax=infinity'))
  assert.not.ok(properties.includes('PIDs'))
  assert.equal(decodeMessage(stop).body, ['x-y.scope', 'replace'])
  assert.equal(decodeMessage(reset).body, ['x-y.scope'])
})

test('on cgroup v1 ocits makes the folders that systemd does not make, before', () => {
  const steps = planOf(linux({}), { host: v1Host, request: { cgroups } })
  const { dirs } = single(steps, 'cgroup')
  assert.ok(dirs.includes('/sys/fs/cgroup/freezer/system.slice/ocits-web.scope'))
  assert.not.ok(dirs.some((dir) => dir.includes('/systemd/') || dir.includes('/unified/')))
  assert.ok(single(steps, 'unit').dirs.includes('/sys/fs/cgroup/systemd/system.slice/ocits-web.scope'))
  const ops = steps.map(({ op }) => op)
  assert.ok(ops.indexOf('cgroup') < ops.indexOf('spawn') && ops.indexOf('unit') < ops.indexOf('cpuset'))
  assert.ok(ops.lastIndexOf('write') < ops.indexOf('join'))
})

test('a quota is the one that systemd keeps, in whole percents of a CPU', () => {
  const resources = { cpu: { quota: 12_345, period: 100_000 } }
  const value = (asked: Asked) => only(planOf(linux({ resources }), asked), 'write')[0]?.value
  assert.is(value(ofRoot), '13000 100000')
  assert.is(value({ host: v2Host }), '12345 100000')
})

test("a user's systemd gets no device rules; its cgroup is below its manager's", () => {
  const above = '/user.slice/user-1000.slice/user@1000.service'
  const user = { type: 'user' } as const
  const map = [{ containerID: 0, hostID: 1000, size: 1 }]
  const host = { ...rootlessHost, v1: [], v2: v2Host.v2 }
  const spec = linux({ namespaces: [user, { type: 'pid' }, { type: 'mount' }], uidMappings: map, gidMappings: map })
  const { dirs, properties } = single(
    planOf(spec, { host, request: { cgroups: { ...cgroups, cgroup: above } } }),
    'unit',
  )
  assert.equal(dirs, [`/sys/fs/cgroup${above}/user.slice/ocits-web.scope`])
  assert.not.ok(properties.includes('Device'))
})

for (const [cgroupsPath, words] of [
  ['/a/b', 'expected cgroupsPath to be of format "slice:prefix:name"'],
  ['::a.slice', 'a slice holds no processes'],
  ['a.scope::b', 'invalid slice name: a.scope'],
] as const)
  test(`cgroupsPath ${cgroupsPath} names no scope`, () => {
    const failed = (failure: unknown) =>
      failure instanceof SpecFailure &&
      failure.faults.every(({ pointer, message }) => pointer === '/linux/cgroupsPath' && message.includes(words))
    assert.throws(() => planOf(linux({ cgroupsPath }), ofRoot), failed)
  })

test('the faults of properties have their pointers', () => {
  const annotations = { 'org.systemd.property.A1': '1', 'org.systemd.property.Abc': 'what' }
  const pointers = (failure: unknown) => failure instanceof SpecFailure && failure.faults.map(({ pointer }) => pointer)
  try {
    planOf({ annotations }, ofRoot)
    assert.unreachable()
  } catch (failure) {
    assert.equal(
      pointers(failure),
      Object.keys(annotations).map((key) => `/annotations/${key}`),
    )
  }
})

test('the record names the unit, and delete stops it when it is empty', () => {
  const steps = planOf({}, ofRoot)
  const intent = only(steps, 'record').find(({ name }) => name === 'intent')?.content ?? ''
  assert.ok(intent.includes('"unit":{"name":"ocits-web.scope","bus":"/bus"}'))
  const container = {
    cgroups: [scope],
    inodes: [7],
    unit: { name: 'ocits-web.scope', bus: '/bus' },
  } as unknown as Intent
  assert.equal(lines(removeSteps(container, false), 'remove_cgroup', 'stop_unit'), [
    `remove_cgroup: ${scope}`,
    'stop_unit: ocits-web.scope by systemd at /bus',
  ])
  assert.equal(
    [
      single([...removeSteps(container, false)], 'stop_unit').dir,
      single([...removeSteps(container, false)], 'stop_unit').inode,
    ],
    [scope, 7],
  )
  // A create that died before systemd had made the unit: a unit of this name belongs to others.
  assert.equal(lines(removeSteps({ ...container, inodes: [] }, false), 'remove_cgroup', 'stop_unit'), [])
})

test('disabled: no cgroup, no limit, no rule about devices', () => {
  const steps = planOf(linux({ resources: { memory: { limit: 4096 }, devices: [{ allow: false }] } }), {
    host: v2Host,
    request: { cgroups: 'disabled' },
  })
  const ops = new Set(steps.map(({ op }) => op))
  for (const op of ['cgroup', 'enable', 'write', 'device_filter', 'unit'] as const) assert.not.ok(ops.has(op), op)
  assert.is(single(steps, 'spawn').into, '')
})

test.run()
