import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../src/plan/host.ts'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { nestedHost, rootlessHost, v2Host } from '../../fixtures/hosts.ts'
import { type Asked, lines, minimal, only, planOf, single } from '../../fixtures/plans.ts'

const ops = [
  'spawn',
  'nsfd',
  'setns',
  'unshare',
  'idmap',
  'undumpable',
  'become_root',
  'time_offsets',
  'fork',
  'loopback',
] as const
const maps = {
  uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
  gidMappings: [{ containerID: 0, hostID: 9, size: 1 }],
}
const offsets = { monotonic: { secs: -5, nanosecs: 7 }, boottime: { secs: 3 } }

function enter(linux: Linux, asked: Asked = { host: v2Host }): readonly string[] {
  return lines(planOf({ linux }, asked), ...ops).map((text) => text.replace(' /sys/fs/cgroup/user.slice/<id>', ''))
}
const cloned = 'source: 0: clone of /dev/null private'
const born = 'spawn: the init'
const hidden = 'undumpable: no ptrace from inside'
const forked = 'fork: into the namespaces that only a child enters'
const rooted = 'become_root: uid 0, gid 0 of the user namespace'
const clocks = 'time_offsets: monotonic -5 7, boottime 3 0'
const mapped = 'idmap: uid 0→1000 ×1 gid 0→9 ×1'

for (const [what, linux, expected] of [
  ['none', { namespaces: [] }, [born, hidden]],
  ['pid, made with the clone', { namespaces: [{ type: 'pid' }] }, [`${born} pid`, hidden]],
  ['an empty path is none', { namespaces: [{ type: 'pid', path: '' }] }, [`${born} pid`, hidden]],
  [
    'all but user and time, at once',
    {
      namespaces: (['cgroup', 'network', 'mount', 'pid', 'ipc', 'uts'] as const).map((type) => ({ type })),
    },
    [`${born} pid`, hidden, 'unshare: uts ipc mount network cgroup', 'loopback: lo up'],
  ],
  [
    'user, before those it shall own',
    { namespaces: [{ type: 'pid' }, { type: 'user' }, { type: 'uts' }], ...maps },
    [born, 'unshare: user', mapped, hidden, rooted, 'unshare: uts pid', forked],
  ],
  ['user alone', { namespaces: [{ type: 'user' }], ...maps }, [born, 'unshare: user', mapped, hidden, rooted]],
  [
    'time, whose offsets are written before the fork',
    { namespaces: [{ type: 'time' }, { type: 'pid' }], timeOffsets: offsets },
    [born, hidden, 'unshare: pid time', 'time_offsets: monotonic -5 7, boottime 3 0', forked],
  ],
  ['time without pid', { namespaces: [{ type: 'time' }] }, [born, hidden, 'unshare: time', forked]],
  [
    'joined ones',
    { namespaces: [{ type: 'network', path: '/run/netns/x' }, { type: 'pid', path: '/p' }, { type: 'mount' }] },
    [
      born,
      'nsfd: open /p pid',
      'nsfd: open /run/netns/x network',
      'setns: pid',
      'setns: network',
      hidden,
      'unshare: mount',
      forked,
    ],
  ],
  [
    'joined time needs no fork',
    { namespaces: [{ type: 'time', path: '/t' }] },
    [born, 'nsfd: open /t time', 'setns: time', hidden],
  ],
  [
    'joined by root with a new user namespace: before it is entered',
    { namespaces: [{ type: 'user' }, { type: 'network', path: '/n' }], ...maps },
    [born, 'nsfd: open /n network', 'setns: network', 'unshare: user', mapped, hidden, rooted],
  ],
  [
    'all joined by root: user last',
    {
      namespaces: [
        { type: 'user', path: '/u' },
        { type: 'network', path: '/n' },
      ],
    },
    [born, 'nsfd: open /u user', 'nsfd: open /n network', 'setns: network', hidden, 'setns: user', rooted],
  ],
] as const satisfies readonly (readonly [string, Linux, readonly string[]])[]) {
  test(`namespaces: ${what}`, () => assert.equal(enter(linux), expected))
}

const isOwn = (_: string, path: string) => path === '/own'
const shared: Host = { ...v2Host, isOwn }
test('namespaces: one of the runtime itself counts as missing, and the pointers of the others stay', () => {
  const namespaces = [{ type: 'network', path: '/own' } as const, { type: 'uts', path: '/other' } as const]
  assert.equal(enter({ namespaces }, { host: shared }), [born, 'nsfd: open /other uts', 'setns: uts', hidden])
  const steps = planOf({ linux: { namespaces } }, { host: shared })
  assert.is(steps.find(({ op }) => op === 'setns')?.pointer, '/linux/namespaces/1')
})
test('namespaces: fields that need another namespace than the runtime’s are refused', () => {
  const linux: Linux = { namespaces: [{ type: 'network', path: '/own' }], sysctl: { 'net.a': '1' } }
  assert.throws(() => planOf({ linux }, { host: shared }), /host network namespace: the runtime itself is in \/own/)
})
test('namespaces: faults of others have their place in the config’s own list', () => {
  const namespaces = [{ type: 'network', path: '/own' } as const, { type: 'uts', path: 'other' } as const]
  assert.throws(
    () => planOf({ linux: { namespaces } }, { host: shared }),
    /#\/linux\/namespaces\/1\/path: path of a namespace/,
  )
})
test('namespaces: without a path nothing is compared', () => {
  const host: Host = { ...v2Host, isOwn: () => assert.unreachable() as never }
  enter({ namespaces: [{ type: 'network' }, { type: 'uts', path: '' }] }, { host })
})

const stand = ['unshare: mount']
const pinned: Host = { ...v2Host, pinned: true }
const rbind = { destination: '/data', source: '/data', options: ['rbind'] }
const mountOps = ['source', 'unshare'] as const
const treeOf = (linux: Linux, host = pinned) =>
  lines(planOf({ linux, mounts: [rbind] }, { host }), ...mountOps)
    .map((line) => line.slice(0, 20))
    .filter((line) => !/^source: [1-9]/.test(line)) // devices
test('namespaces: a temporary one before a tree that may contain a pin is cloned, and the real one after', () => {
  const linux: Linux = { namespaces: [{ type: 'user' }, { type: 'mount' }], ...maps }
  const clone = 'source: 0: clone of '
  assert.equal(treeOf(linux), [...stand, clone, 'unshare: user', ...stand])
  assert.equal(treeOf(linux, v2Host), [clone, 'unshare: user', ...stand])
})
test('namespaces: with a pin, the one of a private root is made first, and once', () => {
  const linux: Linux = { namespaces: [{ type: 'uts' }, { type: 'mount' }], rootfsPropagation: 'rprivate' }
  assert.equal(treeOf(linux), [...stand, 'source: 0: clone of ', 'unshare: uts'])
})
test('namespaces: a pin has no effect if a tree is cloned late', () => {
  const linux: Linux = { namespaces: [{ type: 'uts' }, { type: 'mount' }] }
  assert.equal(treeOf(linux), ['unshare: uts mount', 'source: 0: clone of '])
})
for (const [what, linux, host, expected] of [
  [
    'a user: user first, then a mount namespace, in which it may clone; time before it becomes another user',
    {
      namespaces: [{ type: 'pid' }, { type: 'user' }, { type: 'mount' }, { type: 'time' }],
      timeOffsets: offsets,
      ...maps,
    },
    rootlessHost,
    [
      ...[born, 'unshare: user', mapped, 'unshare: mount time', clocks, hidden],
      ...[cloned, rooted, 'unshare: pid', forked],
    ],
  ],
  [
    'a user that joins: with the rights that the user namespace gives, in which the init hides first',
    {
      namespaces: [
        { type: 'user', path: '/u' },
        { type: 'mount', path: '/m' },
      ],
    },
    rootlessHost,
    [
      born,
      'nsfd: open /u user',
      'nsfd: open /m mount',
      hidden,
      'setns: user',
      ...stand,
      cloned,
      rooted,
      'setns: mount',
    ],
  ],
  [
    'root of a user namespace, which stays: the mount namespace is the first, and the only one',
    { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'network', path: '/n' }] },
    nestedHost,
    [`${born} pid`, 'nsfd: open /n network', ...stand, cloned, 'setns: network', hidden],
  ],
  [
    'root of a user namespace, with another: it owns a mount namespace of its own',
    { namespaces: [{ type: 'user' }, { type: 'mount' }, { type: 'time' }], ...maps },
    nestedHost,
    [born, ...stand, cloned, 'unshare: user', mapped, hidden, rooted, 'unshare: mount time', forked],
  ],
] as const satisfies readonly (readonly [string, Linux, Host, readonly string[]])[]) {
  test(`namespaces without root rights: ${what}`, () => {
    const steps = planOf({ linux }, { host })
    const found = lines(steps, ...ops, 'source').filter((text) => !text.startsWith('source') || text === cloned)
    assert.equal(found, expected)
  })
}

test('each has the pointer of its entry; several at once that of the list', () => {
  const steps = planOf({ linux: { namespaces: [{ type: 'uts' }, { type: 'pid' }, { type: 'network', path: '/n' }] } })
  assert.is(single(steps, 'spawn').pointer, '/linux/namespaces/1')
  assert.is(single(steps, 'nsfd').pointer, '/linux/namespaces/2/path')
  assert.is(single(steps, 'setns').pointer, '/linux/namespaces/2')
  assert.is(single(steps, 'unshare').pointer, '/linux/namespaces/0')
  const all = planOf({ linux: { namespaces: [{ type: 'uts' }, { type: 'ipc' }] } })
  assert.is(single(all, 'unshare').pointer, '/linux/namespaces')
  assert.is(single(all, 'spawn').pointer, '')
})

const own = [[0, 1000, 1]] as const
const range = [[0, 100000, 65536]] as const
const many = [...own, [1, 100000, 65536]] as const
const direct = { deny_setgroups: false, uid_helper: false, gid_helper: false }

for (const [what, host, uids, gids, expected] of [
  ['by root', v2Host, range, range, direct],
  ['by root of a user namespace', nestedHost, own, range, direct],
  ['the own ids alone', rootlessHost, own, own, { ...direct, deny_setgroups: true }],
  ['the id of another', rootlessHost, [[0, 1001, 1]], own, { ...direct, deny_setgroups: true, uid_helper: true }],
  ['the group of another', rootlessHost, own, [[0, 1001, 1]], { ...direct, gid_helper: true }],
  ['two of the own', rootlessHost, [[0, 1000, 2]], own, { ...direct, deny_setgroups: true, uid_helper: true }],
  ['many', rootlessHost, many, many, { ...direct, uid_helper: true, gid_helper: true }],
  ['many users', rootlessHost, many, own, { ...direct, deny_setgroups: true, uid_helper: true }],
] as const) {
  test(`id maps: ${what}`, () => {
    const mappings = (list: readonly (readonly [number, number, number])[]) =>
      list.map(([containerID, hostID, size]) => ({ containerID, hostID, size }))
    const linux = { namespaces: [{ type: 'user' as const }], uidMappings: mappings(uids), gidMappings: mappings(gids) }
    const steps = planOf({ linux }, { host })
    const { deny_setgroups, uid_helper, gid_helper, uids: lines } = single(steps, 'idmap')
    assert.equal({ deny_setgroups, uid_helper, gid_helper }, expected)
    assert.is(lines, uids.map((each) => each.join(' ')).join('\n'))
    assert.is(single(steps, 'user').setgroups, !expected.deny_setgroups)
  })
}

test('if setgroups is denied already, it is denied in all new user namespaces', () => {
  const host = { ...nestedHost, setgroups: false }
  for (const linux of [{}, { namespaces: [{ type: 'user' as const }], ...maps }]) {
    assert.is(single(planOf({ linux }, { host }), 'user').setgroups, false)
    assert.is(single(planOf({ linux }, { host: nestedHost }), 'user').setgroups, true)
    const process = { cwd: '/', args: ['/probe'], user: { uid: 0, gid: 0, additionalGids: [0] } }
    assert.throws(() => planOf({ linux, process }, { host }), /additional groups in a rootless container/)
  }
})

test('groups that cannot be set are refused', () => {
  const spec = {
    process: { cwd: '/', args: ['/probe'], user: { uid: 0, gid: 0, additionalGids: [5] } },
    linux: { namespaces: [{ type: 'user' as const }], ...maps, gidMappings: maps.uidMappings },
  }
  assert.throws(() => planOf(spec, { host: rootlessHost }), /additional groups in a rootless container/)
  assert.equal(single(planOf(spec), 'user').groups, [5])
})

test('the parent sets limits if the init has lost the right', () => {
  const process = { cwd: '/', args: ['/probe'], rlimits: [{ type: 'RLIMIT_NOFILE', soft: 64, hard: 2n ** 64n - 1n }] }
  const { actor, resource, soft, hard, pointer } = single(planOf({ process }), 'prlimit')
  assert.equal(
    { actor, resource, soft, hard, pointer },
    { actor: 'init', resource: 7, soft: 64, hard: 2n ** 64n - 1n, pointer: '/process/rlimits/0' },
  )
  const steps = planOf({ process, linux: { namespaces: [{ type: 'user' }], ...maps } })
  const at = steps.findIndex(({ op }) => op === 'prlimit')
  assert.is(steps[at]?.actor, 'parent')
  assert.is(steps[at + 1]?.op, 'record', 'in the turn in which the parent writes anyway')
})

test('no keyring, no score, no offsets unless the config has them', () => {
  const steps = planOf({}, { request: { noNewKeyring: true } })
  for (const op of ['keyring', 'oom_score', 'time_offsets', 'hostname', 'sysctl', 'procfs'] as const)
    assert.is(only(steps, op).length, 0)
  const process = { cwd: '/', args: ['/probe'], oomScoreAdj: -5 }
  assert.equal(single(planOf({ process }), 'oom_score').value, '-5')
  assert.is(single(planOf({ process }), 'oom_score').lenient, false)
  assert.is(single(planOf({ process }, { host: nestedHost }), 'oom_score').lenient, true)
})

test('a limit of files that is too low for the init is set last', () => {
  const files = (soft: number, hard: number, seccomp?: Linux['seccomp'], hooks?: Spec['hooks']) => {
    const rlimits = [{ type: 'RLIMIT_NOFILE', soft, hard }]
    const process = { cwd: '/', args: ['/probe'], rlimits }
    const linux = { ...minimal.linux, ...(seccomp === undefined ? {} : { seccomp }) }
    return lines(planOf({ process, linux, ...(hooks === undefined ? {} : { hooks }) }), ...late)
  }
  const late = ['prlimit', 'clean', 'seccomp', 'hook', 'exec'] as const
  const ops = (found: readonly string[]) => found.map((line) => line.split(':')[0])
  const both = files(3, 1024)
  assert.equal(both.slice(0, 1).concat(both.slice(2, 3)), ['prlimit: nofile 64 1024', 'prlimit: nofile 3 1024'])
  assert.equal(ops(both), ['prlimit', 'clean', 'prlimit', 'exec'])
  assert.equal(ops(files(3, 3)), ['clean', 'prlimit', 'exec'])
  const filter: Linux['seccomp'] = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['dup'], action: 'SCMP_ACT_ERRNO' }],
  }
  assert.equal(
    ops(files(3, 3, filter)).filter((op) => op !== 'hook'),
    ['clean', 'prlimit', 'seccomp', 'exec'],
  )
  const hooks = { startContainer: [{ path: '/a' }] }
  assert.equal(ops(files(3, 3, filter, hooks)), ['clean', 'seccomp', 'hook', 'prlimit', 'exec'])
})

test.run()
