import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type EnterRequest, planEnter } from '../../../src/plan/enter.ts'

// The steps of `ocits enter`, in order: test/live/enter.test.ts tests their effect.

const request: EnterRequest = {
  target: { pid: 5, startTime: 7 },
  types: ['user', 'net'],
  files: [
    { type: 'user', path: '/run/u' },
    { type: 'uts', path: '/run/h' },
  ],
  cgroups: [],
  privileged: true,
  fork: true,
  root: undefined,
  cwd: '/usr',
  program: {
    args: ['true'],
    file: 'true',
    env: ['PATH=/bin'],
    umask: 0o22,
    uid: undefined,
    gid: undefined,
    caps: undefined,
  },
}

const ops = (more: Partial<EnterRequest>) =>
  [...planEnter({ ...request, ...more })].map((step) => ('type' in step ? `${step.op} ${step.pointer}` : step.op))

const files = ['nsfd /run/u', 'nsfd /run/h']
const rest = ['fork', 'enter_root', 'chdir', 'cwd', 'umask', 'executable', 'alive', 'clean', 'exec', 'reap']

test('the cgroups of the target are joined first, by paths of the caller', () => {
  const [spawn, join, next] = ops({ cgroups: ['/sys/fs/cgroup/pids/web'] })
  assert.equal([spawn, join, next], ['spawn', 'join', ops({})[1]])
})

test('all files are opened first, and nobody inside can inspect the process before its execve', () => {
  for (const privileged of [true, false])
    assert.equal(ops({ privileged }).slice(0, 4), ['spawn', ...files, 'undumpable'])
})

test('the user namespace of a file comes last for root, who loses rights in it, and first for others, who gain them', () => {
  assert.equal(ops({}).slice(4), ['setns /run/h', 'enter', 'setns /run/u', ...rest])
  assert.equal(ops({ privileged: false }).slice(4), ['setns /run/u', 'enter', 'setns /run/h', ...rest])
})

test('one step enters all namespaces of a process, and none if all are shared', () => {
  const [entered] = [...planEnter(request)].filter(({ op }) => op === 'enter')
  const how = { types: 0x50000000, drop_groups: false, pid: 5, start_time: 7 }
  assert.equal(entered, { op: 'enter', actor: 'init', pointer: '', ...how })
  assert.not.ok(ops({ types: [] }).includes('enter'))
})

test('groups are dropped before a user namespace is entered, of a process or of a file, unless a flag keeps them', () => {
  const dropped = (gid: number | undefined, types: EnterRequest['types']) => {
    const steps = [...planEnter({ ...request, types, program: { ...request.program, gid } })]
    const those = steps.filter((step) => 'drop_groups' in step && step.drop_groups)
    return those.map(({ op, pointer }) => `${op} ${pointer}`)
  }
  assert.equal(dropped(0, ['user', 'net']), ['enter ', 'setns /run/u'])
  assert.equal(dropped(0, ['net']), ['setns /run/u'])
  assert.equal(dropped(undefined, ['user', 'net']), [])
})

test('the program’s user must have access to the folder', () => {
  const program = { ...request.program, uid: 5, gid: 6 }
  assert.equal(ops({ program }).slice(-8, -5), ['user', 'cwd', 'umask'])
})

test.run()
