import { readFileSync } from 'node:fs'
import { cpuUsage } from 'node:process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asUnified } from '../../src/cli/diff.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { type Difference, differences, type Segment, type Side, segments } from '../../src/program/differences.ts'
import { check } from '../../src/spec/load.ts'
import type { Mount } from '../../src/spec/mounts.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { request, v1Host } from '../fixtures/hosts.ts'
import { held } from '../harness/golden.ts'

// bundles/default compared with each of its variations: another text with the same effect is no difference, and each real difference names
// both fields.

const bundle = '/bundles/default'
const original = readFileSync(new URL('../../bundles/default/config.json', import.meta.url), 'utf8')

function sideOf(text: string, folder = bundle): Side {
  const checked = check(text)
  if (checked === undefined || 'faults' in checked) throw new Error(JSON.stringify(checked))
  const steps = planCreate(checked.spec, v1Host, { ...request, mode: 'run', bundle: folder }, text)
  return { steps, spec: checked.spec, bundle: folder }
}

const base = sideOf(original)
const { spec } = base
const { process, linux, mounts = [] } = spec
if (process === undefined || linux === undefined) throw new Error('bundles/default has both')

const compared = (changes: Partial<Spec>): readonly Segment[] =>
  segments(base, sideOf(JSON.stringify({ ...spec, ...changes })))

const mount = (destination: string, changes: Partial<Mount>) =>
  mounts.map((each) => (each.destination === destination ? { ...each, ...changes } : each))
const optionsOf = (destination: string) => mounts.find((each) => each.destination === destination)?.options ?? []
const reversed = <T>(list: readonly T[] | undefined): T[] => [...(list ?? [])].reverse()

/** Another text with the same effect. */
const same: Readonly<Record<string, Partial<Spec>>> = {
  'the namespaces in another order': { linux: { ...linux, namespaces: reversed(linux.namespaces) } },
  'capabilities in another order, one of them twice': {
    process: {
      ...process,
      capabilities: { ...process.capabilities, bounding: ['CAP_KILL', ...reversed(process.capabilities?.bounding)] },
    },
  },
  'options in another order, paths with more slashes than they need': {
    mounts: mounts.map((each) => ({ ...each, destination: `${each.destination}//`, options: reversed(each.options) })),
  },
  'defaults that are written out, the environment in another order': {
    process: {
      ...process,
      env: reversed(process.env),
      terminal: false,
      user: { uid: 0, gid: 0, umask: 0o22, additionalGids: [] },
    },
  },
  'paths that are masked or read-only in another order': {
    linux: { ...linux, maskedPaths: reversed(linux.maskedPaths), readonlyPaths: reversed(linux.readonlyPaths) },
  },
}

/** Each of these is a different container. */
const real: Readonly<Record<string, Partial<Spec>>> = {
  'another hostname, and no network of its own': {
    hostname: 'other',
    linux: { ...linux, namespaces: (linux.namespaces ?? []).filter(({ type }) => type !== 'network') },
  },
  'a variable more, and one that is another': {
    process: {
      ...process,
      env: [...(process.env ?? []).filter((each) => !each.startsWith('TERM=')), 'TERM=dumb', 'A=1'],
    },
  },
  'a larger /dev/shm, and a bind before it': {
    mounts: [
      { destination: '/data', type: 'bind', source: 'data', options: ['rbind', 'ro'] },
      ...mount('/dev/shm', {
        options: optionsOf('/dev/shm').map((each) => (each.startsWith('size=') ? 'size=1m' : each)),
      }),
    ],
  },
  'limits, and a device that is allowed': {
    linux: {
      ...linux,
      resources: {
        memory: { limit: 67_108_864 },
        pids: { limit: 32 },
        devices: [
          ...(linux.resources?.devices ?? []),
          { allow: true, type: 'c', major: 10, minor: 229, access: 'rwm' },
        ],
      },
    },
  },
  'another user, fewer rights, and a filter': {
    process: { ...process, user: { uid: 1000, gid: 1000 }, capabilities: {}, noNewPrivileges: false },
    linux: {
      ...linux,
      seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_ERRNO' }] },
    },
  },
}

for (const [name, changes] of Object.entries(same))
  test(`no difference: ${name}`, () => assert.equal(differences(compared(changes)), []))

test('no difference: another folder with the same content', () => {
  const root = { path: '/elsewhere/root' }
  const text = (path: string) => JSON.stringify({ ...spec, root: { path } })
  assert.equal(differences(segments(sideOf(text('root'), '/here'), sideOf(text('root'), '/there'))), [])
  assert.equal(differences(segments(sideOf(text('root'), '/here'), sideOf(text(root.path), '/elsewhere'))), [])
  assert.equal(differences(segments(sideOf(text(root.path), '/here'), sideOf(text(root.path), '/there'))), [])
  assert.is.not(differences(segments(sideOf(text('root'), '/here'), sideOf(text(root.path), '/there'))).length, 0)
})

test('no difference: the same folder, written in two ways', () => {
  const text = (path: string) => JSON.stringify({ ...spec, root: { path } })
  assert.equal(differences(segments(sideOf(text('root'), '/here'), sideOf(text('/here/root'), '/there'))), [])
})

test('no difference: sets of the kernel', () => {
  const written = (turn: <T>(list: readonly T[]) => T[]): Side => {
    const user = { uid: 0, gid: 0, additionalGids: turn([3, 1, 20]) }
    const mappings = turn([
      { containerID: 0, hostID: 1000, size: 10 },
      { containerID: 10, hostID: 5000, size: 30 },
    ])
    const sysctl = Object.fromEntries(turn(['kernel.msgmax', 'kernel.shm_rmid_forced']).map((name) => [name, '1']))
    const namespaces = [...(linux.namespaces ?? []), { type: 'user' as const }]
    const changes = { ...linux, namespaces, uidMappings: mappings, gidMappings: mappings, sysctl }
    return sideOf(JSON.stringify({ ...spec, process: { ...process, user }, linux: changes }))
  }
  assert.equal(
    differences(
      segments(
        written((list) => [...list]),
        written(reversed),
      ),
    ),
    [],
  )
})

test('more differences than a call can have arguments, in a short time', () => {
  const many = Array.from({ length: 150_000 }, (_, i) => `/proc/many/${i}`)
  const began = cpuUsage() // processor time, independent of other load
  const found = differences(compared({ linux: { ...linux, maskedPaths: many } }))
  assert.ok(found.length >= many.length)
  const { user, system } = cpuUsage(began)
  assert.ok(user + system < 20_000_000, `${(user + system) / 1000} ms`)
})

const plain = (_colour: string, text: string) => text

test('test/golden/diff.txt has the differences; ACCEPT=1 rewrites it', () => {
  const all = Object.entries(real).map(([name, changes]) => {
    const text = asUnified(compared(changes), { names: ['default', name], paint: plain })
    return text
  })
  held(all.join('\n'), new URL('diff.txt', import.meta.url))
})

const fields = ({ a, b }: Difference) => [a?.pointer, b?.pointer]

test('a difference in a common step names the field on each side', () => {
  const [first] = differences(compared(real['a variable more, and one that is another'] ?? {})).filter(
    ({ a }) => a !== undefined,
  )
  assert.equal(first && fields(first), ['/process/env/1', '/process/env/1'])
  const moved = differences(compared({ linux: { ...linux, maskedPaths: reversed(linux.maskedPaths).slice(1) } }))
  assert.equal(moved.map(fields), [['/linux/maskedPaths/9', undefined]])
})

test('with exchanged sides a difference is reversed', () => {
  for (const changes of Object.values(real)) {
    const other = sideOf(JSON.stringify({ ...spec, ...changes }))
    const count = (found: readonly Difference[]) => [
      found.filter(({ a }) => a !== undefined).length,
      found.filter(({ b }) => b !== undefined).length,
    ]
    assert.equal(count(differences(segments(other, base))), reversed(count(differences(segments(base, other)))))
  }
})

test.run()
