import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Subnet, subnetOf } from '../../../src/kernel/ip.ts'
import { type NetAdd, type NetPlace, planNetAdd, planNetRemove } from '../../../src/plan/network.ts'
import { line } from '../../../src/step/line.ts'

const here: NetPlace = { name: 'this network', path: '', pid: 0, startTime: 0 }
const web: NetPlace = { name: 'web', path: '/proc/7/ns/net', pid: 7, startTime: 70 }
const subnet = (text: string) => subnetOf(text) as Subnet

const nothing: NetAdd = {
  ...{ bridge: undefined, device: undefined, addresses: [], peerAddresses: [], routes: [], loopback: false },
}
const bridge = { of: here, name: 'br0', isThere: true, isUp: true, addresses: [] }
const eth0 = { of: web, name: 'eth0', isUp: false }
const pair = { ...eth0, from: { kind: 'veth', other: { of: here, name: 'web-eth0' } } } as const
const lines = (asked: NetAdd) => [...planNetAdd(asked)].map((step) => `${step.op} ${line(step)}`)

test('a pair: each network is opened once, and a route follows the address that leads to its gateway', () => {
  const routes = [{ to: subnet('0.0.0.0/0'), gateway: '10.0.0.1', pointer: '--gateway' }]
  const addresses = [subnet('10.0.0.2/24'), subnet('fd00::2/64')]
  assert.equal(lines({ ...nothing, bridge, device: pair, addresses, routes, loopback: true }), [
    'net_open this network',
    'net_open web /proc/7/ns/net',
    'veth eth0 of web, its other end web-eth0 of this network',
    'link_join web-eth0 to the bridge br0 of this network',
    'link_up web-eth0 of this network',
    'address 10.0.0.2/24 on eth0 of web',
    'address fd00::2/64 on eth0 of web',
    'link_up eth0 of web',
    'link_up lo of web',
    'route 0.0.0.0/0 by 10.0.0.1 on eth0 of web',
  ])
})

test('a bridge is made only if there is none, and set up only if it is down', () => {
  const alone = { ...nothing, bridge: { ...bridge, addresses: [subnet('10.0.0.1/24')] } }
  assert.equal(lines(alone), ['net_open this network', 'address 10.0.0.1/24 on br0 of this network'])
  assert.equal(lines({ ...alone, bridge: { ...alone.bridge, isThere: false, isUp: false } }), [
    'net_open this network',
    'bridge br0 of this network',
    'address 10.0.0.1/24 on br0 of this network',
    'link_up br0 of this network',
  ])
})

test('an existing or moved device is not made, and the process of a path is identified by its start time', () => {
  const moved = { ...eth0, isUp: true, from: { kind: 'move', was: { of: here, name: 'wan' } } } as const
  assert.equal(lines({ ...nothing, device: moved }), [
    'net_open this network',
    'net_open web /proc/7/ns/net',
    'link_move wan of this network as eth0 to web',
  ])
  const there = [...planNetAdd({ ...nothing, device: { ...eth0, from: { kind: 'there' } } })]
  assert.equal(there, [
    { op: 'net_open', actor: 'parent', pointer: '', name: 'web', path: '/proc/7/ns/net', pid: 7, start_time: 70 },
    { op: 'link_up', actor: 'parent', pointer: '', of: 'web', device: 'eth0' },
  ])
})

test('a step that cannot be undone comes last', () => {
  assert.is([...planNetRemove(eth0)].at(-1)?.op, 'link_remove')
})

test.run()
