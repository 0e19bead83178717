import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { limits as limitsOf } from '../../../src/spec/limits.ts'
import { check } from '../../../src/spec/load.ts'

// Values at the kernel's limit are accepted, and one more is refused with the pointer and the limit.

type Part = Record<string, unknown>
type Limit = readonly [at: (count: number) => Part, most: number, pointer: string, ...words: readonly string[]]

const user = [{ type: 'user' }, { type: 'mount' }]
const process = (part: Part) => ({ process: { cwd: '/', args: ['sh'], ...part } })
const linux = (part: Part) => ({ linux: { namespaces: user, uidMappings: one, gidMappings: one, ...part } })
const one = [{ containerID: 0, hostID: 0, size: 1 }]
const list = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
// 33 bytes a line, so that a page ends within a few lines.
const wide = (index: number) => ({ containerID: 1_000_000_000 + index, hostID: 2_000_000_000 + index, size: 1 })
const path = (size: number) => `/${'a'.repeat(200)}`.repeat(25).slice(0, size).replace(/\/$/, 'b')
const name = (size: number) => `/${'é'.repeat(size >> 1)}${size % 2 ? 'x' : ''}`
const filter = { defaultAction: 'SCMP_ACT_ALLOW' }
const hooks = (part: Part) => ({ hooks: { poststop: [{ path: '/a', ...part }] } })

/** Paths and names: the places of a config that have one. */
const places: Readonly<Record<string, (path: string) => Part>> = {
  '/root/path': (path) => ({ root: { path } }),
  '/process/cwd': (cwd) => process({ cwd }),
  '/mounts/0/destination': (destination) => ({ mounts: [{ destination, type: 'tmpfs' }] }),
  '/mounts/0/source': (source) => ({ mounts: [{ destination: '/a', type: 'bind', source }] }),
  '/linux/maskedPaths/1': (path) => linux({ maskedPaths: ['/a', path] }),
  '/linux/readonlyPaths/0': (path) => linux({ readonlyPaths: [path] }),
  '/linux/devices/0/path': (path) => linux({ devices: [{ path, type: 'p' }] }),
  '/linux/namespaces/2/path': (path) => linux({ namespaces: [...user, { type: 'network', path }] }),
  '/hooks/poststop/0/path': (path) => hooks({ path }),
}

const limits: Readonly<Record<string, Limit>> = {
  groups: [
    (count) => process({ user: { uid: 0, gid: 0, additionalGids: list(count, (gid) => gid) } }),
    65536,
    '/process/user/additionalGids',
    '65537 groups',
    '65536 (NGROUPS_MAX)',
  ],
  'lines of a map': [
    (count) => linux({ uidMappings: list(count, (id) => ({ containerID: id, hostID: id, size: 1 })) }),
    340,
    '/linux/uidMappings',
    '341 mappings, and the kernel takes 340',
  ],
  'bytes of a map': [
    (count) => linux({ gidMappings: list(count, wide) }),
    170,
    '/linux/gidMappings',
    'the kernel takes 4095 bytes of mappings, which here take 4103: the first 170 fit',
  ],
  'the map of a mount': [
    (count) => ({
      mounts: [
        { destination: '/a', type: 'bind', source: '/b', uidMappings: list(count, wide), gidMappings: [wide(0)] },
      ],
    }),
    170,
    '/mounts/0/uidMappings',
    'the first 170 fit',
  ],
  'an argument': [(size) => process({ args: ['sh', 'x'.repeat(size)] }), 131071, '/process/args/1', '131072 bytes'],
  'an argument of more than ASCII': [
    (size) => process({ args: ['sh', `${'ü'.repeat(size >> 1)}x`] }),
    131071,
    '/process/args/1',
    '131073 bytes',
  ],
  'a variable': [
    (size) => process({ env: ['A=b', `B=${'x'.repeat(size)}`] }),
    131069,
    '/process/env/1',
    '131072 bytes',
  ],
  'the environment': [
    (count) => process({ args: ['s'], env: list(count, () => `A=${'x'.repeat(1013)}`) }),
    6143,
    '/process/args',
    'take 6291466 bytes, and execve(2) takes 6291456',
  ],
  'the environment under a limit of the stack': [
    (count) =>
      process({
        args: ['s'],
        env: list(count, () => `A=${'x'.repeat(1013)}`),
        rlimits: [{ type: 'RLIMIT_STACK', soft: 2097152, hard: 2097152 }],
      }),
    511,
    '/process/args',
    'execve(2) takes 524288',
  ],
  'the environment under a small limit of the stack': [
    (count) =>
      process({
        args: ['s'],
        env: list(count, () => `A=${'x'.repeat(1013)}`),
        rlimits: [{ type: 'RLIMIT_STACK', soft: 4096, hard: 4096 }],
      }),
    127,
    '/process/args',
    'execve(2) takes 131072',
  ],
  'an argument of a hook': [
    (size) => hooks({ args: ['a', 'x'.repeat(size)] }),
    131071,
    '/hooks/poststop/0/args/1',
    '131072 bytes',
  ],
  'the environment of a hook': [
    (count) => hooks({ args: ['s'], env: list(count, () => `A=${'x'.repeat(1013)}`) }),
    6143,
    '/hooks/poststop/0/args',
  ],
  'a host name': [
    (size) => ({ hostname: 'x'.repeat(size), ...linux({ namespaces: [...user, { type: 'uts' }] }) }),
    64,
    '/hostname',
  ],
  'the socket of an agent': [
    (size) => linux({ seccomp: { ...filter, listenerPath: `/${'x'.repeat(size - 1)}` } }),
    107,
    '/linux/seccomp/listenerPath',
  ],
  ...Object.fromEntries(
    Object.entries(places).flatMap(([pointer, put]) => [
      [`a path at ${pointer}`, [(size: number) => put(path(size)), 4095, pointer, 'PATH_MAX']],
      [`a name at ${pointer}`, [(size: number) => put(name(size)), 255, pointer, 'NAME_MAX']],
    ]) as [string, Limit][],
  ),
}

const faults = (part: Part) => {
  const checked = check(JSON.stringify({ ociVersion: '1.3.0', root: { path: 'rootfs' }, ...part }))
  if (checked === undefined) throw new Error('the test is for limits, not for types')
  return 'faults' in checked ? checked.faults : limitsOf(checked.spec)
}

for (const [what, [at, most, pointer, ...words]] of Object.entries(limits))
  test(`${what}: ${most} and no more`, () => {
    assert.equal(faults(at(most - 1)), [])
    assert.equal(faults(at(most)), [])
    const [fault, ...more] = faults(at(most + 1))
    assert.is(fault?.pointer, pointer)
    assert.equal(more, [])
    for (const word of words) assert.ok(fault?.message.includes(word), `not in it, ${word}: ${fault?.message}`)
  })

test('the source of a mount that is no bind mount may be a label, with components of any length', () => {
  const source = name(300)
  assert.equal(faults({ mounts: [{ destination: '/a', type: 'tmpfs', source }] }), [])
  assert.is(faults({ mounts: [{ destination: '/a', type: 'none', source, options: ['rbind'] }] }).length, 1)
})

test.run()
