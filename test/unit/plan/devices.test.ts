import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { propagation } from '../../../src/kernel/mount.ts'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Mount } from '../../../src/spec/mounts.ts'
import { nestedHost, v1Host } from '../../fixtures/hosts.ts'
import { lines, minimal, only, planOf, single } from '../../fixtures/plans.ts'

const mount = { namespaces: [{ type: 'mount' as const }] }
const names = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`)
const fifo = { type: 'p', path: '/dev/../run/fifo', major: 8, minor: 1, fileMode: 0o100600, uid: 5, gid: 6 } as const
const disk = { type: 'b', path: '/dev/disk', major: 8, minor: 1 } as const
const raw = { type: 'u', path: '/dev/raw', major: 162n, minor: 1n } as const
const paths = (linux: Linux) => only(planOf({ linux: { ...mount, ...linux } }), 'device').map(({ path }) => path)
const hostDev = { destination: '/dev/', source: '/dev', options: ['rbind'] }

test('every container has the same six devices', () => assert.equal(paths({}), names))

test('a caller that may not make devices binds those of the host', () => {
  const steps = planOf({ linux: { ...mount, devices: [disk, fifo] } }, { host: { ...v1Host, makesNodes: false } })
  assert.equal(
    only(steps, 'device').map(({ path }) => path),
    ['/run/fifo'],
  )
  assert.equal(
    only(steps, 'device_bind').map(({ path }) => path),
    [...names, '/dev/disk'],
  )
})

test('then those of the config, which may replace one of them', () => {
  assert.equal(paths({ devices: [disk, fifo] }), [...names, '/dev/disk', '/run/fifo'])
  assert.equal(paths({ devices: [{ ...disk, path: '/dev/null' }] }), [...names.slice(1), '/dev/null'])
})

test('of several at one path the first is made', () => {
  const devices = [
    { ...disk, path: '/dev/null' },
    fifo,
    { ...fifo, path: '/run/./fifo', uid: 7 },
    { ...disk, path: '/dev//null' },
  ]
  const steps = planOf({ linux: { ...mount, devices } })
  assert.equal(lines(only(steps, 'device').slice(-2)), [
    'device: b /dev/null 8:1 0666 0:0',
    'device: p /run/fifo 0:0 0600 5:6',
  ])
})

test('the type and the number of a device', () => {
  const steps = planOf({ linux: { ...mount, devices: [disk, fifo, raw] } })
  assert.equal(lines(only(steps, 'device').slice(-3)), [
    'device: b /dev/disk 8:1 0666 0:0',
    'device: p /run/fifo 0:0 0600 5:6',
    'device: c /dev/raw 162:1 0666 0:0',
  ])
  assert.equal(
    only(steps, 'device')
      .slice(-3)
      .map(({ pointer }) => pointer),
    [0, 1, 2].map((at) => `/linux/devices/${at}`),
  )
})

test('a user gets the host’s device; everybody can make a fifo', () => {
  const steps = planOf({ linux: { ...mount, devices: [fifo] } }, { host: nestedHost })
  assert.equal(
    only(steps, 'device').map(({ path }) => path),
    ['/run/fifo'],
  )
  assert.equal(
    only(steps, 'source').map(({ path }) => path),
    names,
  )
  assert.equal(
    only(steps, 'device_bind').map(({ path }) => path),
    names,
  )
})

test('root of the machine makes the config’s devices for a user namespace, with the owner from its maps', () => {
  const maps = {
    uidMappings: [{ containerID: 0, hostID: 100, size: 6 }],
    gidMappings: [{ containerID: 6, hostID: 7, size: 1 }],
  }
  const user = { namespaces: [...mount.namespaces, { type: 'user' as const }], ...maps }
  const steps = planOf({ linux: { ...user, devices: [{ ...disk, uid: 5, gid: 6 }] } })
  assert.equal(lines(only(steps, 'device_source')), ['device_source: 6: b 8:1 0666 105:7'])
  assert.equal(lines(only(steps, 'device_bind')).at(-1), 'device_bind: clone 6 on /dev/disk, if it is b 8:1')
  const joined = { namespaces: [...mount.namespaces, { type: 'user' as const, path: '/p' }], devices: [disk] }
  assert.equal(only(planOf({ linux: joined }), 'device_source'), [], 'its maps are unknown')
  assert.throws(() => planOf({ linux: { ...user, devices: [disk] } }), /#\/linux\/devices\/0\/gid: 0 is not mapped/)
})

test('of two at one path the first is made, and a warning names the other', () => {
  const told: string[] = []
  const warn = (pointer: string) => told.push(pointer)
  const twice = [disk, { ...disk, minor: 2, path: '/dev/./disk' }]
  const steps = planOf({ linux: { ...mount, devices: twice } }, { request: { warn } })
  assert.equal(lines(only(steps, 'device')).at(-1), 'device: b /dev/disk 8:1 0666 0:0')
  assert.equal(told, ['/linux/devices/1/path'])
})

test('a /dev of the host stays unchanged', () => {
  const steps = planOf({ mounts: [hostDev], linux: { ...mount, devices: [disk, { ...disk, path: '/disk' }] } })
  assert.equal(
    only(steps, 'device').map(({ path }) => path),
    ['/disk'],
  )
  assert.is(only(steps, 'symlink').length, 0)
})

test('links of /dev', () => {
  const steps = planOf({})
  assert.equal(
    only(steps, 'symlink').map(({ path, target, replace }) => `${path} ${target} ${replace}`),
    [
      '/dev/fd /proc/self/fd false',
      '/dev/stdin /proc/self/fd/0 false',
      '/dev/stdout /proc/self/fd/1 false',
      '/dev/stderr /proc/self/fd/2 false',
      '/dev/core /proc/kcore false',
      '/dev/ptmx pts/ptmx true',
    ],
  )
  const own = planOf({ linux: { ...mount, devices: [{ ...disk, type: 'c', path: '/dev/ptmx' }] } })
  assert.not(only(own, 'symlink').some(({ path }) => path === '/dev/ptmx'))
})

test('each device and link is made immediately after the last mount of the config at its path or above', () => {
  const at = (destination: string, options: readonly string[] = []) => ({
    destination,
    type: 'tmpfs',
    options: [...options],
  })
  const bound = { destination: '/data', source: '/data', options: ['bind'] }
  const order = (destinations: readonly Mount[], devices: Linux['devices'] = []) =>
    planOf({ mounts: [...destinations], linux: { ...mount, devices } })
      .flatMap((step) => {
        if (step.op === 'mount' || step.op === 'bind') return [step.target]
        return step.op === 'device' && step.pointer !== '' ? [step.path] : step.op === 'symlink' ? ['link'] : []
      })
      .filter((word, index, all) => word !== all[index - 1])
      .join(' ')
  assert.is(order([at('/dev'), bound, at('/dev/shm')]), '/dev link /data /dev/shm')
  assert.is(order([bound]), 'link /data')
  assert.is(order([at('/dev'), bound, at('/dev', ['remount'])]), '/dev link /data', 'a remount mounts nothing')
  assert.is(order([at('/dev'), bound, { destination: '/dev', type: 'none', options: ['private'] }]), '/dev link /data')
  assert.is(order([at('/dev'), bound, at('/dev//')]), '/dev /data /dev link')
  assert.is(order([at('/dev'), bound, at('/')]), '/dev /data / link')
  const nodes = [disk, { ...disk, path: '/dev/shm/a/b' }, { ...disk, path: '/devices' }]
  assert.is(
    order([at('/dev'), at('/dev/shm'), at('/dev/s')], nodes),
    '/devices /dev /dev/disk link /dev/shm /dev/shm/a/b /dev/s',
  )
})

test('a mount of the config at the path of a link stays', () => {
  const mounts = ['/dev', '/dev/ptmx', '/dev/core'].map((destination) => ({ destination, type: 'tmpfs' }))
  const links = only(planOf({ mounts }), 'symlink').map(({ path }) => path)
  assert.equal(links, ['/dev/fd', '/dev/stdin', '/dev/stdout', '/dev/stderr'])
})

test('a read-only root is changed itself, and nothing masks it', () => {
  const linux = { ...minimal.linux, maskedPaths: ['/', '/b'], readonlyPaths: ['//', '/proc/sys'] }
  const steps = planOf({ linux })
  assert.equal(lines(steps, 'remount', 'readonly', 'mask'), ['remount: / ro', 'readonly: /proc/sys', 'mask: /b'])
  assert.is(single(steps, 'remount').pointer, '/linux/readonlyPaths/0')
})

test("masks are the host's /dev/null, after the read-only paths", () => {
  const linux = { ...minimal.linux, maskedPaths: ['/proc//kcore', '/b'], readonlyPaths: ['/proc/sys/'] }
  const steps = planOf({ linux })
  assert.equal(lines(steps, 'readonly', 'mask'), ['readonly: /proc/sys', 'mask: /proc/kcore', 'mask: /b'])
  const source = only(steps, 'source').at(0)
  assert.equal(
    [source?.path, source?.recursive, source?.propagation, source?.pointer],
    ['/dev/null', false, propagation.private, '/linux/maskedPaths'],
  )
  assert.equal(
    only(steps, 'mask').map(({ slot, pointer }) => [slot, pointer]),
    [
      [source?.slot, '/linux/maskedPaths/0'],
      [source?.slot, '/linux/maskedPaths/1'],
    ],
  )
  assert.is(only(planOf({}), 'source').length, 0, 'none without masks')
})

test('sysctls, by either separator', () => {
  const linux = { ...minimal.linux, sysctl: { 'net.ipv4.ip_forward': '1', 'net/ipv4/conf/eth0.1/mtu': '2' } }
  const steps = planOf({ linux })
  single(steps, 'procfs')
  assert.equal(lines(steps, 'sysctl'), [
    'sysctl: sys/net/ipv4/ip_forward = 1',
    'sysctl: sys/net/ipv4/conf/eth0.1/mtu = 2',
  ])
  assert.is(only(steps, 'sysctl')[1]?.pointer, '/linux/sysctl/net~1ipv4~1conf~1eth0.1~1mtu')
})

test.run()
