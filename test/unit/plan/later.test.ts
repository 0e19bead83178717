import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { interrupt, removeFolder, removeSteps } from '../../../src/plan/delete.ts'
import { killSteps } from '../../../src/plan/kill.ts'
import { afterStart, startSteps } from '../../../src/plan/start.ts'
import type { State } from '../../../src/plan/state.ts'
import { templateJson } from '../../../src/plan/template_json.ts'
import { encode } from '../../../src/program/encode.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import type { Step } from '../../../src/step/step.ts'
import { nestedHost } from '../../fixtures/hosts.ts'
import { type Asked, lines, minimal, only, planOf, single } from '../../fixtures/plans.ts'

const hooks = { poststart: [{ path: '/a' }], poststop: [{ path: '/b', timeout: 1 }, { path: '/c' }] }

const inodes = [0, 12, 13, 14, 15, 16, 17, 18, 19]

/** state.json as the plan writes it, on a machine with these cgroups. */
function stateOf(spec: Partial<Spec>, asked: Asked = {}, made: readonly number[] = inodes): State {
  const content = only(planOf(spec, asked), 'record').at(-1)?.content ?? ''
  return JSON.parse(
    content
      .replaceAll('\0i', 'web')
      .replaceAll('\0t', '2026-11-22T01:02:03Z')
      .replaceAll('\0b', '')
      .replaceAll('\0c', made.join())
      .replaceAll(/\0[pmsno]/g, '42'),
  )
}

const usual = stateOf({ hooks })

test('start: the init, then the hooks, whose failure counts', () => {
  const steps = [...startSteps(usual), ...afterStart(usual)]
  assert.equal(lines(steps), [
    'lock: the state folder',
    'start: the waiting init',
    'unlink: start',
    'unlock: others may work on the container from here on',
    'hook: poststart /a /a',
  ])
  const [hook] = only(steps, 'hook')
  assert.equal(
    [hook?.actor, hook?.pointer, hook?.cwd, hook?.lenient],
    ['parent', '/hooks/poststart/0', '/bundle', false],
  )
  assert.equal(JSON.parse(hook?.state ?? ''), {
    ociVersion: '1.3.0',
    id: 'web',
    status: 'running',
    pid: 42,
    bundle: '/bundle',
  })
})

const shared = stateOf({ linux: { namespaces: [{ type: 'mount' }, { type: 'pid', path: '/p' }] } })
const bare = stateOf({ linux: {} }, { host: nestedHost })
const foreign = stateOf({}, {}, [])
const thaw = 'thaw: /sys/fs/cgroup/freezer/web'
const all = (state: State, name: string) => `signal_all: ${name} to all in ${state.cgroups.at(-1)}`

for (const [what, state, signal, every, expected] of [
  ['the init', usual, 15, false, 'signal: SIGTERM to 42'],
  ['SIGKILL, also where all die with the init: one may trace it', usual, 9, false, [all(usual, 'SIGKILL'), thaw]],
  ['all', usual, 15, true, all(usual, 'SIGTERM')],
  ['the init of many', shared, 15, false, 'signal: SIGTERM to 42'],
  ['SIGKILL if no process dies with the init', shared, 9, false, [all(shared, 'SIGKILL'), thaw]],
  ['all, in a cgroup that was there before', foreign, 15, true, 'signal: SIGTERM to 42'],
  ['all, without a cgroup', bare, 9, true, 'signal: SIGKILL to 42'],
] as const) {
  test(`kill: ${what}`, () => assert.equal(lines(killSteps(state, signal, every)), [expected].flat()))
}

test('kill: the right process, or none', () => {
  const step: Step = { op: 'signal', actor: 'parent', pointer: '', pid: 42, start_time: 42, signal: 15, lenient: false }
  assert.equal([...killSteps(usual, 15, false)][0], step)
})

test('delete: a stopped container', () => {
  const ops = [...removeSteps(usual, false)].map(({ op }) => op)
  assert.equal(ops, ['lock', 'remove_cgroup', 'hook', 'hook', 'remove_state'])
  const found = only([...removeSteps(usual, false)], 'hook')
  assert.equal(
    found.map(({ pointer, lenient, timeout }) => [pointer, lenient, timeout]),
    [
      ['/hooks/poststop/0', true, 1000],
      ['/hooks/poststop/1', true, 0],
    ],
  )
  assert.equal([JSON.parse(found[0]?.state ?? '').status, JSON.parse(found[0]?.state ?? '').pid], ['stopped', 0])
})

test('delete: a running process is killed first', () => {
  assert.equal(lines(removeSteps(usual, true)).slice(0, 3), [
    'lock: the state folder',
    'signal: SIGKILL to 42',
    'wait_for_exit: 42',
  ])
  assert.is(only([...removeSteps(usual, true)], 'signal')[0]?.lenient, true, 'it may have ended')
})

test('delete: the leftovers of an interrupted create without a state', () => {
  const { pid: _, startTime: __, last: ___, ...intent } = usual
  assert.equal(
    [...removeSteps(intent, true)].map(({ op }) => op),
    ['lock', 'remove_cgroup', 'hook', 'hook', 'remove_state'],
  )
})

test('delete: only the cgroups that were made for it', () => {
  const { cgroups } = usual
  assert.equal(single([...removeSteps(usual, false)], 'remove_cgroup').dirs, cgroups.slice(1))
  assert.equal(single([...removeSteps(usual, false)], 'remove_cgroup').inodes, inodes.slice(1).map(String))
  assert.equal(only([...removeSteps(foreign, true)], 'remove_cgroup'), [])
})

test('delete: a root that covers its folder is unmounted', () => {
  const ops = lines(removeSteps(bare, false))
  assert.equal(ops, ['lock: the state folder', 'unmount: /bundle/rootfs', 'remove_state: the state folder'])
  assert.equal(bare.cgroups, [])
  const ids = ({ cover, below }: { readonly cover: number | bigint; readonly below: number | bigint }) => [cover, below]
  assert.equal(ids(single([...removeSteps(bare, false)], 'unmount')), [42, 0])
  // The record of an interrupted create: before it has recorded the mount nothing is mounted; later the mounts above it are removed.
  const { pid: _, startTime: __, last: ___, cover: ____, ...intent } = bare
  assert.equal(only([...removeSteps(intent, false)], 'unmount'), [])
  assert.equal(ids(single([...removeSteps({ ...intent, below: 7 }, false)], 'unmount')), [0, 7])
})

test('all of them can be encoded', () => {
  for (const steps of [startSteps(usual), killSteps(usual, 9, true), removeSteps(usual, true), removeFolder(false)])
    encode([...steps])
  encode([...interrupt({ pid: 1, startTime: 2 })])
})

test('the record is not shown to others', () => {
  const modes = planOf({}).flatMap((step) => (step.op === 'claim' || step.op === 'record' ? [step.mode] : []))
  assert.equal(modes, [0o700, 0o600, 0o600, 0o600])
})

test('the known facts about a container', () => {
  const { cgroups: _, last: __, ...known } = stateOf({ annotations: { k: 'v' } })
  assert.equal(known, {
    ociVersion: minimal.ociVersion,
    id: 'web',
    bundle: '/bundle',
    rootfs: '/bundle/rootfs',
    created: '2026-11-22T01:02:03Z',
    owner: 0,
    boot: '',
    inodes,
    runtime: { pid: 42, startTime: 42 },
    namespaces: ['pid', 'mount'],
    annotations: { k: 'v' },
    freezer: '/sys/fs/cgroup/freezer/web',
    pid: 42,
    startTime: 42,
  })
  assert.is(bare.covered, '/bundle/rootfs')
  assert.equal(
    usual.last.map(([, op, pointer, what]) => [op, pointer, what]),
    [
      ['wait', '', 'for start'],
      ['clean', '', 'descriptors and signals'],
      ['exec', '/process/args', '/probe'],
    ],
  )
})

for (const [texts, expected] of [
  [[], '[]'],
  [['/a"b', '/c'], '["/a\\"b","/c"]'],
  [['/a/\0i', '\0r/b'], '["/a/\0i","\0r/b"]'],
  [['/\\u0000i/\0i'], '["/\\\\u0000i/\0i"]'],
] as const) {
  test(`placeholders in JSON: ${expected}`, () => assert.is(templateJson(texts), expected))
}

test.run()
