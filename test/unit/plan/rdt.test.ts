import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { removeSteps } from '../../../src/plan/delete.ts'
import type { State } from '../../../src/plan/state.ts'
import type { IntelRdt } from '../../../src/spec/linux.ts'
import { v1Host } from '../../fixtures/hosts.ts'
import { lines, only, planOf } from '../../fixtures/plans.ts'

const namespaces = [{ type: 'pid' }] satisfies { type: 'pid' }[]
const planned = (intelRdt: IntelRdt, host = v1Host) => planOf({ linux: { namespaces, intelRdt } }, { host })
const ops = ['rdt_group', 'rdt_find', 'rdt_schemata', 'spawn', 'join'] as const

const told = (intelRdt: IntelRdt) =>
  lines(planned(intelRdt), ...ops).map((line) => line.replace(/^spawn.*|^join: cgroup \/sys\/fs\/cgroup.*/, '-'))
const sources = (intelRdt: IntelRdt) =>
  planned(intelRdt)
    .filter(({ op }) => op.startsWith('rdt_'))
    .map(({ pointer }) => pointer.replace('/linux/intelRdt', ''))
const must = '; if it was there before it must have that'

test('without a name the class has the container’s id', () => {
  const asked = { l3CacheSchema: 'L3:0=f', enableMonitoring: true }
  assert.equal(told(asked), [
    'rdt_group: mkdir /sys/fs/resctrl/<id>',
    `rdt_schemata: L3:0=f to /sys/fs/resctrl/<id>${must}`,
    'rdt_group: mkdir /sys/fs/resctrl/<id>/mon_groups/<id>',
    '-',
    'join: cgroup /sys/fs/resctrl/{<id>,<id>/mon_groups/<id>}',
    '-',
  ])
  assert.equal(sources(asked), ['', '/l3CacheSchema', '/enableMonitoring'])
})

test('a named class is made if there is a schema, and must exist otherwise', () => {
  assert.equal(told({ closID: 'gold' }), [
    'rdt_find: /sys/fs/resctrl/gold',
    '-',
    'join: cgroup /sys/fs/resctrl/gold',
    '-',
  ])
  assert.is(told({ closID: 'gold', memBwSchema: 'MB:0=20' })[0], 'rdt_group: mkdir /sys/fs/resctrl/gold')
  assert.equal(sources({ closID: 'gold', memBwSchema: 'MB:0=20' }), ['/closID', '/memBwSchema'])
  const groups = only(planned({ closID: 'gold', memBwSchema: 'MB:0=20', enableMonitoring: true }), 'rdt_group')
  assert.equal(
    groups.map(({ monitor, stays }) => [monitor, stays]),
    [
      [false, true],
      [true, false],
    ],
  )
  assert.is(only(planned({ schemata: ['L3:0=f'] }), 'rdt_group')[0]?.stays, false)
})

test('the default class is the root of the tree', () => {
  assert.equal(told({ closID: '/', enableMonitoring: true }), [
    'rdt_find: /sys/fs/resctrl',
    'rdt_group: mkdir /sys/fs/resctrl/mon_groups/<id>',
    '-',
    'join: cgroup /sys/fs/{resctrl,resctrl/mon_groups/<id>}',
    '-',
  ])
})

test('schemas are separate writes, each with its field; memBwSchema overrides the bandwidth', () => {
  const schemata = (intelRdt: IntelRdt) => only(planned(intelRdt), 'rdt_schemata').map((step) => step.schemata)
  const all = { l3CacheSchema: 'L3:0=f\nMB:0=10\n MB:1=10', memBwSchema: 'MB:0=20', schemata: ['L2:0=1', 'SMBA:0=2'] }
  assert.equal(schemata(all), ['L3:0=f', 'MB:0=20', 'L2:0=1', 'SMBA:0=2'])
  assert.equal(sources(all).slice(1), ['/l3CacheSchema', '/memBwSchema', '/schemata/0', '/schemata/1'])
  assert.equal(schemata({ l3CacheSchema: 'MB:0=10' }), ['MB:0=10'])
  assert.equal(schemata({ l3CacheSchema: 'MB:0=10', memBwSchema: 'MB:0=20' }), ['MB:0=20'])
})

test('an empty object has no steps, whatever the machine', () => {
  const host = { ...v1Host, resctrl: undefined }
  for (const nothing of [{}, { closID: '' }, { enableMonitoring: false, schemata: [], l3CacheSchema: '' }])
    assert.is(planned(nothing, host).length, planOf({ linux: { namespaces } }, { host }).length)
  assert.throws(
    () => planned({ enableMonitoring: true }, host),
    /config\.json#\/linux\/intelRdt: resctrl is not mounted/,
  )
})

test('delete removes a class that only the container uses', () => {
  const kept = (intelRdt: IntelRdt) => {
    const text = only(planned(intelRdt), 'record').find(({ name }) => name === 'state.json')?.content ?? ''
    return (JSON.parse(text.replaceAll('\0i', 'web').replaceAll(/\0./g, '7')) as State).rdt
  }
  const [own, monitor] = ['/sys/fs/resctrl/web', '/sys/fs/resctrl/web/mon_groups/web']
  assert.equal(kept({ schemata: ['L3:0=f'] }), [own])
  assert.equal(kept({ enableMonitoring: true }), [monitor, own])
  assert.equal(kept({ closID: 'gold', enableMonitoring: true }), ['/sys/fs/resctrl/gold/mon_groups/web'])
  assert.is(kept({ closID: 'gold' }), undefined)
  const state = { cgroups: ['/c'], inodes: [7], rdt: [monitor, own], hooks: {} } as unknown as State
  assert.equal(lines(removeSteps(state, false), 'remove_cgroup', 'rdt_remove'), [
    'remove_cgroup: /c',
    'rdt_remove: /sys/fs/resctrl/{web/mon_groups/web,web}',
  ])
})

test.run()
