import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../../src/spec/linux.ts'
import { lines, minimal, only, planOf, single } from '../../fixtures/plans.ts'

const places = ['rootfs', 'setns', 'root', 'joined_root'] as const
const ops = ['uncover', 'propagation', ...places, 'pivot', 'move_root', 'chroot', 'root_propagation'] as const
const cloned = 'root: a clone of the rootfs over itself'

for (const [asked, before, after] of [
  [undefined, 'rslave', []],
  ['rslave', 'rslave', []],
  ['slave', 'rslave', ['root_propagation: slave on the new /']],
  ['rprivate', 'rprivate', []],
  ['private', 'rprivate', ['root_propagation: private on the new /']],
  ['shared', 'rslave', ['root_propagation: shared on the new /']],
  ['rshared', 'rslave', ['root_propagation: rshared on the new /']],
  ['runbindable', 'rslave', ['root_propagation: runbindable on the new /']],
] as const) {
  test(`rootfsPropagation ${asked}: never shared before the root is changed`, () => {
    const linux: Linux = asked === undefined ? {} : { rootfsPropagation: asked }
    const steps = planOf({ linux: { ...minimal.linux, ...linux } })
    assert.equal(lines(steps, ...ops), [
      'rootfs: /bundle/rootfs',
      `propagation: ${before} on /`,
      asked?.endsWith('shared') ? `${cloned} ${asked.replace('shared', 'private')}` : cloned,
      'pivot: the root; the old one goes',
      ...after,
    ])
  })
}

for (const [path, expected] of [
  ['rootfs', '/bundle/rootfs'],
  ['.', '/bundle'],
  ['../other/', '/other'],
  ['/var//lib/x/', '/var/lib/x'],
] as const) {
  test(`root.path ${path} is ${expected}`, () => {
    const { path: found, pointer } = single(planOf({ root: { path } }), 'rootfs')
    assert.equal([found, pointer], [expected, '/root/path'])
  })
}

test("in the host's mount namespace the root is covered, and uncovered at the end", () => {
  assert.equal(lines(planOf({ linux: {} }), ...ops), [
    'uncover: /bundle/rootfs is unmounted in the end',
    'rootfs: /bundle/rootfs',
    `${cloned} rslave`,
    'chroot: the root by chroot alone',
  ])
})

test('the root of the host is not covered by itself', () => {
  const own: Linux = { namespaces: [{ type: 'mount' }] }
  for (const path of ['/', '/tmp/..', '//'])
    assert.throws(() => planOf({ root: { path }, linux: {} }), /root\/path: .* needs a mount namespace of its own: add/)
  assert.is(single(planOf({ root: { path: '/' }, linux: own }), 'rootfs').path, '/')
})

test('in a joined one only the root of the init changes', () => {
  assert.equal(lines(planOf({ linux: { namespaces: [{ type: 'mount', path: '/m' }] } }), ...ops), [
    'rootfs: /bundle/rootfs',
    'setns: mount',
    'rootfs: /bundle/rootfs',
    'joined_root: clone 0 over the rootfs of the joined mount namespace',
    'chroot: the root by chroot alone',
  ])
})

test('without pivot_root', () => {
  const noPivot = { request: { noPivot: true } }
  assert.equal(lines(planOf({}, noPivot), 'pivot', 'move_root'), ['move_root: the root by move and chroot'])
  const linux: Linux = { ...minimal.linux, rootfsPropagation: 'private' }
  assert.throws(() => planOf({ linux }, noPivot), /a private root needs pivot_root/)
})

test('a read-only root becomes read-only after the folder of the process is made', () => {
  const steps = planOf({ root: { path: 'rootfs', readonly: true }, process: { cwd: '/a/../work', args: ['/x'] } })
  assert.equal(lines(steps, 'mkdir', 'pivot', 'remount', 'chdir'), [
    'mkdir: /work 0755',
    'pivot: the root; the old one goes',
    'remount: / ro',
    'chdir: /work',
  ])
  assert.is(only(planOf({}), 'mkdir').length, 0)
})

test.run()
