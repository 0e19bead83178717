import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isIntent } from '../../../src/machine/record.ts'
import { removeSteps } from '../../../src/plan/delete.ts'
import type { Intent } from '../../../src/plan/state.ts'
import type { Linux } from '../../../src/spec/linux.ts'
import { nestedHost, rootlessHost, v1Host } from '../../fixtures/hosts.ts'
import { lines, only, planOf } from '../../fixtures/plans.ts'

const ops = ['fork', 'loopback', 'net_keep', 'net_device', 'propagation', 'hook'] as const
const netDevices: Linux['netDevices'] = { eth1: { name: 'eth0' }, 'a~/b': {}, eth2: { name: '' } }
const planned = (path?: string, host = v1Host) => {
  const network = path === undefined ? {} : { path }
  const namespaces: Linux['namespaces'] = [{ type: 'mount' }, { type: 'network', ...network }]
  const hooks = { createRuntime: [{ path: '/h' }] }
  return planOf({ hooks, linux: { namespaces, netDevices } }, { host })
}
const kept = '<root>/<id>/network'

test('devices move after the namespace is made, before any hook', () => {
  assert.equal(lines(planned(), ...ops), [
    'loopback: lo up',
    `net_keep: the network namespace at ${kept}`,
    'net_device: eth1 as eth0',
    'net_device: a~/b as a~/b',
    'net_device: eth2 as eth2',
    'propagation: rslave on /',
    'hook: createRuntime /h /h',
  ])
  assert.equal(
    only(planned(), 'net_device').map(({ pointer }) => pointer),
    ['/linux/netDevices/eth1', '/linux/netDevices/a~0~1b', '/linux/netDevices/eth2'],
  )
})

test('a joined namespace need not be kept alive', () => {
  assert.equal(lines(planned('/run/netns/blue'), 'net_keep'), [])
  assert.equal(
    only(planned('/run/netns/blue'), 'net_device').map(({ path }) => path),
    ['/run/netns/blue', '/run/netns/blue', '/run/netns/blue'],
  )
})

function intentOf(path?: string): Intent {
  const [intent] = only(planned(path), 'record')
  const object = JSON.parse((intent?.content ?? '').replaceAll('\0i', 'web').replaceAll(/\0./g, '7'))
  return { ...object, inodes: object.cgroups.map(() => 7) }
}

test('the intent has the devices that delete returns, after the last process and before the hooks', () => {
  const hooks = { poststop: [{ path: '/h' }] }
  const later = (path?: string) =>
    lines(removeSteps({ ...intentOf(path), hooks }, false), 'remove_cgroup', 'net_return', 'net_release', 'hook').slice(
      1,
    )
  for (const path of [undefined, '/run/netns/blue']) assert.ok(isIntent(intentOf(path)))
  assert.equal(later(), [
    `net_return: eth2 as eth2 from ${kept}`,
    `net_return: a~/b as a~/b from ${kept}`,
    `net_return: eth0 as eth1 from ${kept}`,
    `net_release: ${kept}`,
    'hook: poststop /h /h',
  ])
  assert.equal(later('/run/netns/blue').slice(2), [
    'net_return: eth0 as eth1 from /run/netns/blue',
    'hook: poststop /h /h',
  ])
})

test('an intent with a wrong network is corrupt', () => {
  const intent = intentOf()
  for (const network of [null, [], {}, { devices: ['a'], path: 1 }, { devices: { a: 1 } }])
    assert.not(isIntent({ ...intent, network }), JSON.stringify(network))
})

test('only root can move devices; root of a user namespace may have some', () => {
  const user: Linux = {
    namespaces: [{ type: 'user' }, { type: 'network' }],
    uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
    netDevices,
  }
  assert.throws(() => planOf({ linux: user }, { host: rootlessHost }), /not supported for rootless containers/)
  assert.is(lines(planOf({ linux: user }, { host: nestedHost }), 'net_device').length, 3)
})

test('an empty map is none', () => {
  assert.equal(lines(planOf({ linux: { netDevices: {} } }), 'net_keep', 'net_device'), [])
})

test.run()
