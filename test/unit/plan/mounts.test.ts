import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mountAttr, propagation } from '../../../src/kernel/mount.ts'
import { parseOptions, splitData } from '../../../src/plan/mount_options.ts'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Mount } from '../../../src/spec/mounts.ts'
import type { Step } from '../../../src/step/step.ts'
import { nestedHost } from '../../fixtures/hosts.ts'
import { type Asked, lines, minimal, only, planOf, single } from '../../fixtures/plans.ts'

const { rdonly, nosuid, nodev, noexec, noatime, nosymfollow } = mountAttr
const rec = 0x4000
const maps = {
  uidMappings: [{ containerID: 0, hostID: 7, size: 2 }],
  gidMappings: [{ containerID: 0, hostID: 8, size: 3 }],
}
const userns: Linux = { namespaces: [{ type: 'mount' }, { type: 'user' }], ...maps }

const planned = (mount: Mount, linux: Linux = minimal.linux ?? {}, asked: Asked = {}) =>
  planOf({ mounts: [mount], linux }, asked)
/** The steps of the mount, in words. */
const own = (steps: readonly Step[]) => lines(steps.filter(({ pointer }) => pointer.startsWith('/mounts/')))

for (const [option, parts] of [
  ['a=b', ['a=b']],
  ['size=1k,mode=755', ['size=1k', 'mode=755']],
  ['context="a,b",x', ['context="a,b"', 'x']],
  ['lowerdir=/a\\,b:/c,upperdir=/d', ['lowerdir=/a\\,b:/c', 'upperdir=/d']],
  [',,x,', ['x']],
  ['', []],
] as const) {
  test(`data ${option}`, () => assert.equal(splitData(option), parts))
}

for (const [options, expected] of [
  [['ro', 'rw'], { set: 0, clear: rdonly }],
  [['rw', 'ro'], { set: rdonly, clear: 0 }],
  [['noatime'], { set: noatime, clear: 0x70 }],
  [['noatime', 'strictatime'], { set: mountAttr.strictatime, clear: 0x70 }],
  [['atime'], { set: 0, clear: 0x70 }],
  [['rro', 'rnosuid', 'rrw'], { setBelow: nosuid, clearBelow: rdonly }],
  [['rnoatime'], { setBelow: noatime, clearBelow: 0x70 }],
  [['slave', 'rprivate'], { propagation: propagation.private | rec }],
  [['sync', 'async', 'defaults', 'silent'], { superblock: ['sync', 'async'], data: [] }],
  [['bind', 'rbind', 'ridmap'], { bind: 'rbind', idmap: 'ridmap' }],
  [['acl', 'mode=1', 'a,b'], { data: ['acl', 'mode=1', 'a', 'b'] }],
] as const) {
  test(`options ${options}`, () => {
    const found = parseOptions(options) as unknown as Record<string, unknown>
    for (const [key, value] of Object.entries(expected)) assert.equal(found[key], value, key)
  })
}

const at = (destination: string, type: string, options: string[] = []): Mount => ({
  destination,
  type,
  source: type,
  options,
})
const bindOf = (options: string[], more: Partial<Mount> = {}): Mount => ({
  destination: '/t',
  source: '/s',
  options,
  ...more,
})

for (const [what, mount, expected] of [
  ['a file system', at('/a/../proc/', 'proc', ['nosuid', 'hidepid=2']), ['mount: proc on /proc nosuid hidepid=2']],
  ['read-only, as is its superblock', at('/x', 'ext4', ['ro', 'sync']), ['mount: ext4 on /x ro ro sync']],
  ['recursive attributes of a new file system', at('/x', 'ramfs', ['rnoexec']), ['mount: ramfs on /x noexec']],
  ['a relative destination', at('x/y', 'ramfs'), ['mount: ramfs on /x/y']],
  [
    'tmpfs is filled before it is read-only',
    at('/x', 'tmpfs', ['ro', 'size=1k']),
    ['mount: tmpfs on /x size=1k', 'remount: /x ro'],
  ],
  ['so is /dev', at('/dev/', 'devtmpfs', ['ro']), ['mount: devtmpfs on /dev', 'remount: /dev ro']],
  ['a remount', at('/x', 'tmpfs', ['remount', 'ro', 'suid', 'rslave']), ['remount: /x ro suid rslave']],
  ['propagation of an existing mount', { destination: '/x', options: ['rshared'] }, ['remount: /x rshared']],
  ['bind', bindOf(['bind']), ['source: 0: clone of /s', 'bind: clone 0 on /t']],
  ['bind by its type alone', bindOf([], { type: 'bind' }), ['source: 0: clone of /s', 'bind: clone 0 on /t']],
  [
    'from the bundle',
    bindOf(['rbind'], { source: 'data' }),
    ['source: 0: clone of /bundle/data', 'bind: clone 0 on /t'],
  ],
  [
    'with attributes',
    bindOf(['rbind', 'ro', 'rnodev', 'rexec']),
    ['source: 0: clone of /s', 'bind: clone 0 on /t ro rnodev rexec'],
  ],
  ['private from the start', bindOf(['rbind', 'rprivate']), ['source: 0: clone of /s rprivate', 'bind: clone 0 on /t']],
  [
    'private, and the mounts below a slave',
    bindOf(['rbind', 'private']),
    ['source: 0: clone of /s', 'bind: clone 0 on /t private'],
  ],
  ['shared inside only', bindOf(['bind', 'shared']), ['source: 0: clone of /s', 'bind: clone 0 on /t shared']],
  [
    'unbindable in the end',
    bindOf(['bind', 'unbindable']),
    ['source: 0: clone of /s', 'bind: clone 0 on /t unbindable'],
  ],
  [
    'seen through other ids',
    bindOf(['rbind', 'ridmap'], maps),
    [
      'source: 0: clone of /s rslave',
      'idmap_source: clone 0 seen through uid 0→7 ×2 gid 0→8 ×3',
      'bind: clone 0 on /t',
    ],
  ],
] as const satisfies readonly (readonly [string, Mount, readonly string[]])[]) {
  test(`mount: ${what}`, () => assert.equal(own(planned(mount)), expected))
}

test('shared with the host only with a shared root, and never with a user namespace', () => {
  const sources = (linux: Linux) => {
    const source = only(planned(bindOf(['rbind', 'rshared']), linux), 'source').at(-1)
    return [source?.propagation, source?.late]
  }
  assert.equal(sources({ ...minimal.linux, rootfsPropagation: 'rshared' }), [0, false])
  assert.equal(sources({ ...minimal.linux }), [0, true])
  assert.equal(sources({ ...userns, rootfsPropagation: 'rshared' }), [propagation.slave | rec, false])
})

test('a bind mount with flags replaces the existing ones if it can, and must clear those that the config clears', () => {
  const flags = (...options: string[]) => {
    const { set, clear, must_clear } = single(planned(bindOf(['bind', ...options])), 'bind')
    return { set, clear, must_clear }
  }
  assert.equal(flags(), { set: 0, clear: 0, must_clear: 0 })
  assert.equal(flags('ro'), { set: rdonly, clear: nosuid | nodev | noexec | nosymfollow, must_clear: 0 })
  assert.equal(flags('suid'), { set: 0, clear: rdonly | nosuid | nodev | noexec | nosymfollow, must_clear: nosuid })
  assert.equal(flags('noatime'), {
    set: noatime,
    clear: rdonly | nosuid | nodev | noexec | nosymfollow | 0x70,
    must_clear: 0x70,
  })
})

test('where the image may not decide on the place of a mount', () => {
  for (const type of ['proc', 'sysfs']) assert.is(single(planned(at('/x', type)), 'mount').no_symlinks, true)
  assert.is(single(planned(at('/x', 'tmpfs')), 'mount').no_symlinks, false)
  assert.is(single(planned(bindOf(['bind'], { destination: '/proc', source: '/proc' })), 'bind').no_symlinks, true)
  const file = single(planned(bindOf(['bind'], { destination: '/proc/cpuinfo' })), 'bind')
  assert.equal([file.no_symlinks, file.proc_file], [false, true])
})

test('tmpfs takes the mode of the covered folder, unless it has one', () => {
  assert.is(single(planned(at('/x', 'tmpfs', ['size=1k'])), 'mount').cover, true)
  assert.is(single(planned(at('/x', 'tmpfs', ['size=1k,mode=700'])), 'mount').cover, false)
  assert.is(single(planned(at('/x', 'ramfs')), 'mount').cover, false)
  assert.is(single(planned(at('/x', 'tmpfs', ['tmpcopyup'])), 'mount').copyup, true)
})

test('a tmpfs that another mount covers does not become read-only instead of that one', () => {
  const steps = planOf({ mounts: [at('/x', 'tmpfs', ['ro']), at('/x/', 'ramfs')] })
  assert.is(only(steps, 'remount').length, 0)
})

test('proc and sysfs of the host, if the rights do not permit a new mount', () => {
  const kinds = (linux: Linux, asked?: Asked) =>
    ['proc', 'sysfs'].map((type) => own(planned(at(`/${type}`, type, ['ro']), linux, asked)).at(-1))
  const bound = ['bind: clone 6 on /proc rro', 'bind: clone 6 on /sysfs rro'] // after the six devices
  const fresh = ['mount: proc on /proc ro ro', 'mount: sysfs on /sysfs ro ro']
  const all = [...(userns.namespaces ?? []), { type: 'pid' as const }, { type: 'network' as const }]
  assert.equal(kinds(minimal.linux ?? {}), fresh)
  assert.equal(kinds(userns), bound)
  assert.equal(kinds({ ...userns, namespaces: all }), fresh)
  assert.equal(kinds({ namespaces: [{ type: 'mount' }] }, { host: nestedHost }), bound)
  const joined = all.map(({ type }) => (type === 'mount' ? { type } : { type, path: '/n' }))
  assert.equal(kinds({ namespaces: joined }), fresh)
})

test('ids of the container for an idmapped mount without its own', () => {
  const step = single(planned(bindOf(['bind', 'idmap']), userns), 'idmap_source')
  assert.equal([step.uids, step.gids, step.recursive, step.pointer], ['0 7 2', '0 8 3', false, '/mounts/0/options'])
  const joined: Linux = { namespaces: [{ type: 'mount' }, { type: 'user', path: '/u' }] }
  assert.throws(() => planned(bindOf(['bind', 'idmap']), joined), /the user namespace is joined/)
})

test.run()
