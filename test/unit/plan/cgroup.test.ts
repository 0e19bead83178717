import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../src/plan/host.ts'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Mount } from '../../../src/spec/mounts.ts'
import { nestedHost, v1Host, v2Host } from '../../fixtures/hosts.ts'
import { lines, only, planOf, single } from '../../fixtures/plans.ts'

const mount = (options: string[]): Mount => ({
  destination: '/sys/fs/cgroup',
  type: 'cgroup',
  source: 'cgroup',
  options,
})
const small: Host = { ...v1Host, v1: v1Host.v1.slice(0, 1).concat(v1Host.v1.slice(-1)) }
const plain: Linux = { namespaces: [{ type: 'mount' }], cgroupsPath: '/web' }
const inside: Linux = { ...plain, namespaces: [{ type: 'mount' }, { type: 'cgroup' }] }

function mounted(host: Host, linux: Linux, options: string[]): readonly string[] {
  const steps = planOf({ linux, mounts: [mount(options)] }, { host })
  return lines(steps.filter(({ pointer, op }) => pointer === '/mounts/0' && op !== 'delegate'))
}

test('v1 in a cgroup namespace: a mount for each hierarchy, a link for each controller that shares one', () => {
  assert.equal(mounted(small, inside, ['nosuid', 'ro', 'data=1']), [
    'mount: tmpfs on /sys/fs/cgroup nosuid mode=755',
    'mount: cgroup on /sys/fs/cgroup/cpu,cpuacct ro,nosuid cpu cpuacct',
    'mount: cgroup on /sys/fs/cgroup/systemd ro,nosuid name=systemd',
    'symlink: /sys/fs/cgroup/cpu → cpu,cpuacct',
    'symlink: /sys/fs/cgroup/cpuacct → cpu,cpuacct',
    'remount: /sys/fs/cgroup ro',
  ])
})

test("v1 without one: the container's own cgroup in each hierarchy", () => {
  assert.equal(mounted(small, plain, ['noexec']), [
    'source: 0: clone of /sys/fs/cgroup/cpu,cpuacct/web private',
    'source: 1: clone of /sys/fs/cgroup/systemd/web private',
    'mount: tmpfs on /sys/fs/cgroup noexec mode=755',
    'bind: clone 0 on /sys/fs/cgroup/cpu,cpuacct noexec',
    'bind: clone 1 on /sys/fs/cgroup/systemd noexec',
    'symlink: /sys/fs/cgroup/cpu → cpu,cpuacct',
    'symlink: /sys/fs/cgroup/cpuacct → cpu,cpuacct',
  ])
})

test('v2', () => {
  assert.equal(mounted(v2Host, inside, ['ro', 'nsdelegate']), ['mount: cgroup2 on /sys/fs/cgroup ro ro nsdelegate'])
  assert.equal(mounted(v2Host, plain, ['ro']), [
    'source: 0: clone of /sys/fs/cgroup rslave',
    'bind: clone 0 on /sys/fs/cgroup ro',
  ])
  assert.throws(() => mounted({ ...v2Host, v2: undefined }, plain, []), /no cgroup file system is mounted/)
})

test('v1: made while the init runs, with its CPUs and its devices in the order of the rules, and joined', () => {
  const linux: Linux = {
    ...plain,
    resources: {
      devices: [
        { allow: false, access: 'rwm' },
        { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
      ],
    },
  }
  const steps = planOf({ linux }, { host: v1Host })
  const [birthplace, others] = only(steps, 'cgroup')
  assert.equal([birthplace?.pointer, birthplace?.dirs], ['/linux/cgroupsPath', ['/sys/fs/cgroup/unified/web']])
  assert.equal([others?.pointer, others?.dirs.length], ['/linux/cgroupsPath', 8])
  assert.is(single(steps, 'cpuset').dir, '/sys/fs/cgroup/cpuset/web')
  const writes = only(steps, 'write').slice(0, 3)
  assert.equal(
    writes.map(({ pointer, path, value }) => `${pointer} ${path.slice('/sys/fs/cgroup/devices/web/'.length)} ${value}`),
    [
      '/linux/resources/devices/0 devices.deny a',
      '/linux/resources/devices/1 devices.allow c 10:229 rw',
      ' devices.allow c *:* m',
    ],
  )
  assert.is(single(steps, 'spawn').into, '/sys/fs/cgroup/unified/web')
  assert.equal(single(steps, 'join').dirs, others?.dirs)
  const places = ['spawn', 'unshare', 'concurrent', 'cpuset', 'join', 'root'].map((op) =>
    steps.findIndex((step) => step.op === op),
  )
  assert.equal(
    places,
    [...places].sort((a, b) => a - b),
  )
})

test('v1, if the init cannot find or may not join cgroups that are made at the same time: made before it', () => {
  const mappings = [{ containerID: 0, hostID: 1000, size: 10 }]
  const user = { uidMappings: mappings, gidMappings: mappings }
  const cases: readonly Linux[] = [
    { ...plain, ...user, namespaces: [{ type: 'mount' }, { type: 'user' }] },
    { ...plain, namespaces: [{ type: 'mount', path: '/proc/1/ns/mnt' }] },
    { ...plain, namespaces: [{ type: 'mount' }, { type: 'cgroup', path: '/proc/1/ns/cgroup' }] },
    { ...plain, rootfsPropagation: 'private' },
  ]
  for (const linux of cases) {
    const steps = planOf({ linux }, { host: v1Host })
    assert.is(only(steps, 'concurrent').length, 0)
    assert.is(single(steps, 'cgroup').dirs.length, 9)
    assert.equal(single(steps, 'join').dirs, single(steps, 'cgroup').dirs.slice(0, -1))
  }
})

test('v2: a filter, and the init is created inside', () => {
  const steps = planOf({ linux: plain }, { host: v2Host })
  assert.equal(single(steps, 'cgroup').dirs, ['/sys/fs/cgroup/web'])
  assert.is(single(steps, 'device_filter').pointer, '')
  assert.is(single(steps, 'spawn').into, '/sys/fs/cgroup/web')
  assert.equal([only(steps, 'join').length, only(steps, 'write').length, only(steps, 'cpuset').length], [0, 0, 0])
})

test('devices of a hybrid machine whose v1 has no controller for them', () => {
  const steps = planOf({ linux: plain }, { host: small })
  assert.is(single(steps, 'device_filter').dir, '/sys/fs/cgroup/unified/web')
})

test('without rights there is no cgroup', () => {
  const steps = planOf({ linux: plain }, { host: nestedHost })
  for (const op of ['cgroup', 'write', 'device_filter', 'join'] as const) assert.is(only(steps, op).length, 0)
  assert.is(single(steps, 'spawn').into, '')
})

test('a writable v2 is delegated to the user inside', () => {
  const process = { cwd: '/', args: ['/probe'], user: { uid: 5, gid: 6 } }
  const uidMappings = [{ containerID: 0, hostID: 1000, size: 10 }]
  const linux: Linux = {
    ...inside,
    namespaces: [...(inside.namespaces ?? []), { type: 'user' }],
    uidMappings,
    gidMappings: [{ containerID: 6, hostID: 2000, size: 1 }],
  }
  const given = (options: string[], host = v2Host) =>
    only(planOf({ process, linux, mounts: [mount(options)] }, { host }), 'delegate')
  assert.equal(given(['nosuid']), [
    { op: 'delegate', actor: 'parent', pointer: '/mounts/0', dir: '/sys/fs/cgroup/web', uid: 1005, gid: 2000 },
  ])
  assert.equal(given(['ro']), [])
  assert.equal(given([], v1Host), [])
  const own = planOf({ linux: inside, mounts: [mount([])] }, { host: v2Host })
  assert.is(only(own, 'delegate').length, 0, 'it has it already')
})

test.run()
