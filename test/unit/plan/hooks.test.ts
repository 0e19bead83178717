import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Hooks } from '../../../src/spec/hooks.ts'
import { lines, only, planOf, single } from '../../fixtures/plans.ts'

const kinds = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'] as const
const hooks: Hooks = Object.fromEntries(kinds.map((kind) => [kind, [{ path: `/${kind}/0` }, { path: `/${kind}/1` }]]))
const filled = (text: string) => JSON.parse(text.replaceAll('\0i', 'web').replaceAll('\0p', '4711'))

test('in the order of the specification', () => {
  const found = lines(planOf({ hooks }), 'undo_hook', 'spawn', 'device', 'hook', 'pivot', 'wait', 'exec')
  const places = found.filter((text) => !text.startsWith('device'))
  assert.equal(
    places.map((text) => text.replace(/^hook: \w+ (\S+) .*/, '$1').replace(/:.*/, '')),
    [
      'undo_hook',
      'undo_hook',
      'spawn',
      '/prestart/0',
      '/prestart/1',
      '/createRuntime/0',
      '/createRuntime/1',
      '/createContainer/0',
      '/createContainer/1',
      'pivot',
      'wait',
      '/startContainer/0',
      '/startContainer/1',
      'exec',
    ],
  )
})

test('run also has poststart, when the process runs', () => {
  const ops = planOf({ hooks }, { request: { mode: 'run' } }).map((step) => (step.op === 'hook' ? step.kind : step.op))
  assert.equal(ops.slice(ops.indexOf('exec')), ['exec', 'poststart', 'poststart', 'reap', 'unwind'])
})

test('undo is in reverse order, so that the first poststop hook runs first', () => {
  assert.equal(
    only(planOf({ hooks }), 'undo_hook').map(({ pointer }) => pointer),
    ['/hooks/poststop/1', '/hooks/poststop/0'],
  )
})

test('the state for a hook', () => {
  const annotations = { 'a "quoted"\n': '\u0000' }
  const steps = planOf({ hooks, annotations }, { request: { mode: 'run' } })
  const told = Object.fromEntries(only(steps, 'hook').map(({ kind, state }) => [kind, filled(state)]))
  assert.equal(told.createRuntime, {
    ociVersion: '1.3.0',
    id: 'web',
    status: 'creating',
    pid: 4711,
    bundle: '/bundle',
    annotations,
  })
  const status = Object.fromEntries(Object.entries(told).map(([kind, { status }]) => [kind, status]))
  assert.equal(status, {
    prestart: 'created',
    createRuntime: 'creating',
    createContainer: 'creating',
    startContainer: 'created',
    poststart: 'running',
  })
  const stopped = filled(only(steps, 'undo_hook')[0]?.state ?? '')
  assert.equal([stopped.status, stopped.pid], ['stopped', 0])
  assert.not('annotations' in filled(only(planOf({ hooks }), 'hook')[0]?.state ?? ''))
})

test('how a hook is run', () => {
  const full = { path: '/bin/sh', args: ['sh', '-x'], env: ['A=1'], timeout: 3 }
  const list = [full, { path: '/bin/true' }]
  const process = { cwd: '/', args: ['/probe'], env: ['P=1', 'HOME=/h'] }
  const steps = planOf({ process, hooks: { createRuntime: list, createContainer: list, startContainer: list } })
  const how = only(steps, 'hook').map(({ actor, path, args, env, timeout, cwd, lenient }) => ({
    actor,
    path,
    args,
    env,
    timeout,
    cwd,
    lenient,
  }))
  const plain = { path: '/bin/true', args: ['/bin/true'], env: [] as string[], timeout: 0, lenient: false }
  assert.equal(how, [
    { actor: 'parent', ...full, timeout: 3000, cwd: '/bundle', lenient: false },
    { actor: 'parent', ...plain, cwd: '/bundle' },
    { actor: 'init', ...full, timeout: 3000, cwd: '/', lenient: false },
    { actor: 'init', ...plain, cwd: '/' },
    { actor: 'init', ...full, timeout: 3000, cwd: '/', lenient: false },
    { actor: 'init', ...plain, cwd: '/', env: ['P=1', 'HOME=/h'] },
  ])
})

test('create ends with wait and exec, run with the end of the process, or without waiting for it', () => {
  const end = (request: Parameters<typeof planOf>[1]) =>
    planOf({}, request)
      .map(({ op }) => op)
      .slice(-5)
  assert.equal(end({}), ['executable', 'record', 'wait', 'clean', 'exec'])
  assert.equal(end({ request: { mode: 'run' } }), ['record', 'clean', 'exec', 'reap', 'unwind'])
  assert.equal(end({ request: { mode: 'run', keep: true } }), ['executable', 'record', 'clean', 'exec', 'reap'])
  assert.equal(end({ request: { mode: 'run', detach: true } }).slice(-4), ['record', 'clean', 'exec', 'executed'])
  assert.equal(end({ request: { pidFile: '/p' } }), ['record', 'pidfile', 'wait', 'clean', 'exec'])
  assert.is(only(planOf({}, { request: { mode: 'run' } }), 'listen').length, 0)
  assert.is(single(planOf({}), 'listen').name, 'start')
})

test.run()
