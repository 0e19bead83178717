import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asIds, asJson, asTable } from '../../../src/cli/output.ts'
import { type StateOutput, stateOutput } from '../../../src/lifecycle/state_output.ts'
import type { Container } from '../../../src/machine/store.ts'
import { native } from '../../../src/native/koffi.ts'

const state = {
  ociVersion: '1.3.0',
  id: 'web',
  bundle: '/b',
  rootfs: '/b/rootfs',
  created: '2026-01-02T03:04:05.678901234Z',
  annotations: { a: 'b' },
  owner: 0,
  cgroups: [],
  inodes: [],
  boot: '',
  namespaces: [],
  pid: 42,
  startTime: 7,
  last: [],
} as unknown as NonNullable<Container['state']>

const container: Container = { id: 'web', status: 'running', state, intent: state, corrupt: undefined }

test('state has the keys of runc, in their order', () => {
  assert.is(
    JSON.stringify(stateOutput(native, container), undefined, 2),
    `{
  "ociVersion": "1.3.0",
  "id": "web",
  "pid": 42,
  "status": "running",
  "bundle": "/b",
  "rootfs": "/b/rootfs",
  "created": "2026-01-02T03:04:05.678901234Z",
  "annotations": {
    "a": "b"
  },
  "owner": "root"
}`,
  )
})

test('stopped has no pid, empty annotations are left out, an unknown owner is a number', () => {
  const intent = { ...state, annotations: {}, owner: 4_000_000 }
  const { pid, annotations, owner } = stateOutput(native, { ...container, status: 'stopped', state: intent, intent })
  assert.equal([pid, annotations, owner], [0, undefined, '#4000000'])
})

test('the leftovers of an interrupted create have a state, too', () => {
  const left: Container = { id: 'x', status: 'stopped', state: undefined, intent: undefined, corrupt: undefined }
  const { id, pid, status, bundle, created } = stateOutput(native, left)
  assert.equal([id, pid, status, bundle, created], ['x', 0, 'stopped', '', '0001-01-01T00:00:00Z'])
})

const shownAs = (id: string, bundle: string): StateOutput => ({ ...stateOutput(native, container), id, bundle })

test('list: a table of columns of at least 12, with three blanks between them', () => {
  assert.is(
    asTable([shownAs('a', '/b'), shownAs('an-id-of-its-own', '/quite/a/long/bundle')]),
    [
      'ID                 PID         STATUS      BUNDLE                 CREATED                          OWNER',
      'a                  42          running     /b                     2026-01-02T03:04:05.678901234Z   root',
      'an-id-of-its-own   42          running     /quite/a/long/bundle   2026-01-02T03:04:05.678901234Z   root',
      '',
    ].join('\n'),
  )
  assert.is(asTable([]), 'ID          PID         STATUS      BUNDLE      CREATED     OWNER\n')
})

test('list: JSON on one line, null for an empty list; ids one per line', () => {
  assert.is(asJson([]), 'null\n')
  const text = asJson([shownAs('a', '/b'), shownAs('c', '/d')])
  assert.is(text.indexOf('\n'), text.length - 1)
  assert.equal(
    JSON.parse(text).map(({ id }: StateOutput) => id),
    ['a', 'c'],
  )
  assert.is(asIds([shownAs('a', '/b'), shownAs('c', '/d')]), 'a\nc\n')
  assert.is(asIds([]), '')
})

test.run()
