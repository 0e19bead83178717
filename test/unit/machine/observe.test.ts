import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isInitialUserns, observe } from '../../../src/machine/observe.ts'
import { native } from '../../../src/native/koffi.ts'
import type { Native } from '../../../src/native/table.ts'

/** A machine that consists of these files. */
const machine = (files: Readonly<Record<string, string>>, userNamespace: string | number = initial): Native => ({
  ...native,
  euid: () => 0,
  read: (path) => files[path] ?? -2,
  link: (path) => (path === '/proc/self/ns/user' ? userNamespace : -2),
})

const initial = 'user:[4026531837]'
const other = 'user:[4026532001]'
const mount = (root: string, point: string, rest: string) =>
  `31 23 0:28 ${root} ${point} rw,relatime shared:4 - ${rest}\n`

test('this machine', () => {
  const { euid, machine: name, v1, v2 } = observe(native)
  assert.is(euid, process.geteuid?.())
  assert.is(name, process.arch === 'x64' ? 'x86_64' : 'aarch64')
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
  for (const { mount: point, controllers } of v2 === undefined ? v1 : [...v1, v2]) {
    assert.ok(points.includes(` ${point} `), point)
    assert.ok(controllers.every((controller) => controller !== ''))
  }
})

test('hybrid: v1 hierarchies by their controllers, named ones too, and the v2 next to them', () => {
  const { v1, v2, rootless } = observe(
    machine({
      '/proc/self/cgroup': '4:cpu,cpuacct:/\n3:memory:/a/b\n1:name=systemd:/user\n0::/v2\n',
      '/proc/self/mountinfo':
        mount('/', '/sys/fs/cgroup', 'tmpfs tmpfs rw,mode=755') +
        mount('/', '/sys/fs/cgroup/cpu,cpuacct', 'cgroup cgroup rw,cpu,cpuacct') +
        mount('/', '/sys/fs/cgroup/memory', 'cgroup cgroup rw,memory') +
        mount('/', '/sys/fs/cgroup/systemd', 'cgroup cgroup rw,xattr,release_agent=/x,name=systemd') +
        mount('/', '/sys/fs/cgroup/unified', 'cgroup2 cgroup2 rw,nsdelegate') +
        mount('/memory', '/elsewhere', 'cgroup cgroup rw,memory'),
      '/sys/fs/cgroup/unified/cgroup.controllers': '\n',
    }),
  )
  assert.equal(v1, [
    { mount: '/sys/fs/cgroup/cpu,cpuacct', own: '/', controllers: ['cpu', 'cpuacct'] },
    { mount: '/sys/fs/cgroup/memory', own: '/a/b', controllers: ['memory'] },
    { mount: '/sys/fs/cgroup/systemd', own: '/user', controllers: ['name=systemd'] },
  ])
  assert.equal(v2, { mount: '/sys/fs/cgroup/unified', own: '/v2', controllers: [] })
  assert.is(rootless, false)
})

test('only v2, with its controllers', () => {
  const { v1, v2 } = observe(
    machine({
      '/proc/self/cgroup': '0::/user.slice/user-1000.slice\n',
      '/proc/self/mountinfo': mount('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw'),
      '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
    }),
  )
  assert.equal(v1, [])
  assert.equal(v2, {
    mount: '/sys/fs/cgroup',
    own: '/user.slice/user-1000.slice',
    controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'],
  })
})

test('in a container whose mounts show a part of the hierarchy, the own path is relative to this part', () => {
  const own = (root: string, path: string) =>
    observe(
      machine({
        '/proc/self/cgroup': `3:memory:${path}\n`,
        '/proc/self/mountinfo': mount(root, '/sys/fs/cgroup/memory', 'cgroup cgroup ro,memory'),
      }),
    ).v1[0]?.own
  assert.is(own('/docker/x', '/docker/x'), '/')
  assert.is(own('/docker/x', '/docker/x/y'), '/y')
  assert.is(own('/docker/x', '/docker/xyz'), '/')
  assert.is(own('/', '/../..'), '/')
})

test('a path with blanks and backslashes is decoded as mountinfo encodes it', () => {
  const { v1 } = observe(
    machine({
      '/proc/self/cgroup': '3:memory:/\n',
      '/proc/self/mountinfo': mount('/', '/a\\040-\\040b\\134c\\011', 'cgroup cgroup rw,memory'),
    }),
  )
  assert.is(v1[0]?.mount, '/a - b\\c\t')
})

test('without root rights, the highest cgroup that belongs to the user, and whether groups may be set', () => {
  const seen = (setgroups: string, mine: readonly string[]) =>
    observe({
      ...machine(
        {
          '/proc/self/setgroups': setgroups,
          '/proc/self/cgroup': '0::/user/mine/shell\n',
          '/proc/self/mountinfo': mount('/', '/cg', 'cgroup2 cgroup2 rw'),
        },
        other,
      ),
      ours: (path) => (mine.includes(path) ? 0 : -1),
    })
  assert.is(seen('deny\n', ['/cg/user/mine', '/cg/user/mine/shell']).v2?.delegated, '/user/mine')
  assert.is(seen('deny\n', ['/cg/user/mine']).v2?.delegated, '')
  assert.is(seen('deny\n', ['/cg/', '/cg/user', '/cg/user/mine', '/cg/user/mine/shell']).v2?.delegated, '/')
  assert.equal([seen('deny\n', []).setgroups, seen('allow\n', []).setgroups], [false, true])
  assert.equal([seen('deny\n', []).rootless, seen('', []).v2?.controllers], [true, []])
})

test('the first user namespace is recognised by its inode, because another may map every id to itself, too', () => {
  const everyId = { '/proc/self/uid_map': '         0          0 4294967295\n' }
  assert.ok(isInitialUserns(machine(everyId)))
  assert.not.ok(isInitialUserns(machine(everyId, other)))
  assert.ok(isInitialUserns(machine({}, -2)), 'a kernel without user namespaces')
})

test('without /proc the error says that /proc is missing', () => {
  assert.throws(() => observe(machine({})), /cannot read \/proc\/self\/cgroup: is \/proc mounted\?/)
})

test.run()
