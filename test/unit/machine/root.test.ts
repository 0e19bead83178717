import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../../src/failure.ts'
import { absolutePath, stateRoot } from '../../../src/machine/root.ts'
import { native } from '../../../src/native/koffi.ts'
import type { Native } from '../../../src/native/table.ts'

/** The real functions, except for the user id and the environment. */
const as = (uid: number, env: Readonly<Record<string, string>>): Native => ({
  ...native,
  euid: () => uid,
  env: (name) => env[name] ?? -2,
})

test('the root user of the machine has its state in /run', () => {
  assert.is(stateRoot(as(0, {}), undefined), '/run/ocits')
  assert.is(stateRoot(as(0, { USER: 'root', XDG_RUNTIME_DIR: '/run/user/0' }), undefined), '/run/ocits')
  // In the initial user namespace, as in these tests, USER has no effect.
  assert.is(stateRoot(as(0, { USER: 'dev', XDG_RUNTIME_DIR: '/run/user/1' }), undefined), '/run/ocits')
})

test('all others have it below XDG_RUNTIME_DIR', () => {
  assert.is(stateRoot(as(1000, { XDG_RUNTIME_DIR: '/run/user/1000' }), undefined), '/run/user/1000/ocits')
  for (const env of [{}, { XDG_RUNTIME_DIR: '' }])
    assert.throws(
      () => stateRoot(as(1000, env), undefined),
      (failure: unknown) => failure instanceof UsageError && failure.code === 'ROOT',
    )
})

test('the requested one is made absolute; / and the empty path are refused', () => {
  assert.is(stateRoot(native, '/a//b/../c/'), '/a/c')
  assert.is(stateRoot(native, 'x/y'), `${process.cwd()}/x/y`)
  for (const root of ['', '/', '//', '/a/..'])
    assert.throws(() => stateRoot(native, root), /the state root must not be empty or \//)
})

test('a path of the caller is relative to the caller’s folder', () => {
  assert.is(absolutePath(native, '/a/../b'), '/a/../b')
  assert.is(absolutePath(native, 'pid'), `${process.cwd()}/pid`)
})

test.run()
