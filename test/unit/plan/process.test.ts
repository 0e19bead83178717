import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Process } from '../../../src/spec/process.ts'
import { lines, minimal, only, planOf, single } from '../../fixtures/plans.ts'

const process = (more: Partial<Process>): Process => ({ cwd: '/', args: ['/probe'], ...more })
const planned = (more: Partial<Process>) => planOf({ process: process(more) })

for (const [what, env, expected] of [
  ['as it is', ['A=1', 'HOME=/x', 'B='], ['A=1', 'HOME=/x', 'B=']],
  ['the last of a name wins', ['A=1', 'B=2', 'A=3=4', 'HOME=/'], ['A=3=4', 'B=2', 'HOME=/']],
  ['a home is added', ['A=1'], ['A=1', 'HOME=']],
  ['an empty home is none', ['HOME=', 'A=1'], ['HOME=', 'A=1']],
] as const) {
  test(`env: ${what}`, () => {
    const steps = planned({ env: [...env] })
    assert.equal(single(steps, 'exec').env, expected)
    assert.is(only(steps, 'home').length, expected.some((entry) => entry === 'HOME=') ? 1 : 0)
  })
}

test('the home of the user', () => {
  const { uid, pointer } = single(planned({ user: { uid: 7, gid: 8 } }), 'home')
  assert.equal([uid, pointer], [7, '/process/user'])
})

for (const [what, args, env, expected] of [
  ['a path', ['/bin/sh', '-c'], ['PATH=/a'], ['/bin/sh']],
  ['a path from the working directory', ['bin/sh'], ['PATH=/a'], ['bin/sh']],
  ['a name, in PATH', ['sh'], ['PATH=/a:/b/c'], ['/a/sh', '/b/c/sh']],
  ['an empty part of PATH is the working directory', ['sh'], ['PATH=:/a'], ['./sh', '/a/sh']],
  ['the last PATH counts', ['sh'], ['PATH=/a', 'PATH=/b'], ['/b/sh']],
] as const) {
  test(`executable: ${what}`, () => {
    assert.equal(single(planned({ args: [...args], env: [...env] }), 'executable').paths, expected)
  })
}

test('executable: a name without a PATH', () => {
  const { paths, pointer } = single(planned({ args: ['sh'] }), 'executable')
  assert.ok(paths.includes('/usr/bin/sh') && paths.includes('/bin/sh'))
  assert.is(pointer, '/process/args/0')
})

test('from root to the user', () => {
  const user = { uid: 1, gid: 2, additionalGids: [3], umask: 0o77 }
  const capabilities = { bounding: ['CAP_KILL', 'CAP_KILL', 'CAP_BPF'], permitted: ['CAP_KILL'], effective: [] }
  const steps = planned({ user, capabilities, cwd: '/w', noNewPrivileges: true })
  assert.equal(
    lines(
      steps,
      'umask',
      'chdir',
      'bounding',
      'stdio_owner',
      'user',
      'cwd',
      'executable',
      'capabilities',
      'no_new_privs',
    ),
    [
      'umask: 077',
      'chdir: /w',
      'bounding: KILL BPF',
      'stdio_owner: of stdin, stdout, stderr: 1:2',
      'user: 1:2 groups 3',
      'cwd: /w as the user where root was refused; must be inside',
      'capabilities: effective, inheritable, ambient: none; permitted: KILL',
      'no_new_privs: no exec grants more',
      'executable: one of /probe',
    ],
  )
  assert.is(single(steps, 'bounding').pointer, '/process/capabilities/bounding')
  assert.is(single(steps, 'umask').pointer, '/process/user/umask')
})

test('a process without these fields has no capabilities, and makes files that others can read', () => {
  const steps = planned({})
  assert.equal(lines(steps, 'umask', 'bounding', 'user'), ['umask: 022', 'bounding: none', 'user: 0:0 groups none'])
  assert.equal(lines(steps, 'capabilities'), ['capabilities: effective, permitted, inheritable, ambient: none'])
  assert.is(only(steps, 'no_new_privs').length, 0)
})

test('without a process there is nothing to run, and no rights are needed', () => {
  const { process: _, ...none } = minimal
  const heard: string[] = []
  const warn = (pointer: string, message: string) => heard.push(`${pointer} ${message}`)
  const hooks = { startContainer: [{ path: '/never' }] }
  const steps = planOf({ ...none, process: undefined, hooks } as never, { request: { warn } })
  assert.equal(heard, ['/process not set: the container can be created, but not started'])
  assert.equal(lines(steps, 'wait', 'hook', 'exit', 'exec', 'executable', 'no_new_privs'), [
    'no_new_privs: no exec grants more',
    'wait: for start',
    'exit: the config has no process: leave',
  ])
  assert.ok(steps.every(({ pointer }) => !pointer.startsWith('/process')))
  const run = () => planOf({ ...none, process: undefined } as never, { request: { mode: 'run' } })
  assert.throws(run, /#\/process: process property must not be empty: there is nothing to run/)
})

test.run()
