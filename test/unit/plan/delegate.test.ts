import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { rootlessHost, v1Host, v2Host } from '../../fixtures/hosts.ts'
import { type Asked, only, planOf } from '../../fixtures/plans.ts'

const namespaces: Linux['namespaces'] = [{ type: 'mount' }, { type: 'cgroup' }]
const maps = [{ containerID: 0, hostID: 5000, size: 10 }]
const cgroupfs = (...options: string[]) => ({
  destination: '/sys/fs/cgroup',
  type: 'cgroup2',
  source: 'cgroup',
  options,
})
const user = (uid: number, gid = 0): Spec['process'] & object => ({ cwd: '/', args: ['/probe'], user: { uid, gid } })

function owners(linux: Linux, more: Partial<Spec> = {}, asked: Asked = { host: v2Host }): readonly string[] {
  const spec = { process: user(1000, 7), mounts: [cgroupfs()], linux, ...more }
  return only(planOf(spec, asked), 'delegate').map(({ pointer, dir, uid, gid }) => `${pointer} ${dir} ${uid}:${gid}`)
}
const folder = '/sys/fs/cgroup/user.slice/\0i'

test('the cgroup belongs to the user of the process', () => {
  assert.equal(owners({ namespaces }), [`/mounts/0 ${folder} 1000:7`])
  const second = { mounts: [cgroupfs('ro'), { ...cgroupfs('ro', 'rw'), type: 'cgroup' }] }
  assert.equal(owners({ namespaces }, second), [`/mounts/1 ${folder} 1000:7`])
})

test('with a user namespace, to its host id', () => {
  const own: Linux = { namespaces: [...(namespaces ?? []), { type: 'user' }], uidMappings: maps, gidMappings: maps }
  assert.equal(owners(own, { process: user(3, 4) }), [`/mounts/0 ${folder} 5003:5004`])
  assert.equal(owners(own, { process: user(0) }), [`/mounts/0 ${folder} 5000:5000`])
})

test('a user without a host id gets nothing', () => {
  const joined: Linux = { namespaces: [...(namespaces ?? []), { type: 'user', path: '/u' }] }
  assert.equal(owners(joined), [])
})

test('a read-only cgroup, or one that others share, is not delegated', () => {
  assert.equal(owners({ namespaces }, { mounts: [cgroupfs('ro')] }), [])
  assert.equal(owners({ namespaces }, { mounts: [cgroupfs('rro')] }), [])
  assert.equal(owners({ namespaces }, { mounts: [] }), [])
  assert.equal(owners({ namespaces: [{ type: 'mount' }] }), [])
  assert.equal(owners({ namespaces: [{ type: 'mount' }, { type: 'cgroup', path: '/c' }] }), [])
  assert.equal(owners({ namespaces }, {}, { host: v1Host }), [])
})

test('root already has it, and a caller without privilege cannot delegate', () => {
  assert.equal(owners({ namespaces }, { process: user(0) }), [])
  const own: Linux = { namespaces: [...(namespaces ?? []), { type: 'user' }], uidMappings: maps, gidMappings: maps }
  assert.equal(owners(own, { process: user(0) }, { host: rootlessHost }), [])
})

test.run()
