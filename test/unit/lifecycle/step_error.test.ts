import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describeCompiledStep, describeStep, stepError } from '../../../src/lifecycle/step_error.ts'
import { compile, split } from '../../../src/program/compile.ts'
import { initKilled } from '../../../src/program/format.ts'
import type { Step } from '../../../src/step/step.ts'

const steps: readonly Step[] = [
  { op: 'sysctl', actor: 'init', pointer: '/linux/sysctl/net.x', path: '/proc/sys/net/x', value: '1' },
  { op: 'hostname', actor: 'init', pointer: '/hostname', name: 'web' },
  {
    op: 'hook',
    actor: 'parent',
    pointer: '/hooks/createRuntime/1',
    kind: 'createRuntime',
    path: '/bin/h',
    args: ['h'],
    env: [],
    inherit: false,
    timeout: 0,
    cwd: '/',
    state: '',
    lenient: false,
  },
  {
    op: 'executable',
    actor: 'init',
    pointer: '/process/args',
    paths: ['/bin/web', '/usr/bin/web'],
    early: false,
    caps: 0,
  },
  { op: 'exec', actor: 'init', pointer: '/process/args', args: ['web', '-d'], env: [] },
]

const failed = (index: number, errno: number, detail = '', reason = 0) =>
  stepError(describeStep(steps, index), { errno, detail, reason })

test('podman tells from the words of a refused label that it is one', () => {
  const label: Step = { op: 'label', actor: 'init', pointer: '/process/selinuxLabel', file: 'exec', value: 'x' }
  const { message } = stepError(describeStep([label], 0), { errno: 22, detail: '', reason: 0 })
  assert.match(message, /`\/proc\/[a-z0-9-].+\/attr.*`/)
})

test('a failure names the field, the step, the errno and, if it is known, the cure', () => {
  const failure = failed(0, 2)
  assert.is(
    failure.message,
    'config.json#/linux/sysctl/net.x: sysctl /proc/sys/net/x = 1: ENOENT (no such file or directory): this kernel has no such setting',
  )
  const { pointer, op, index, errno, code, detail } = failure
  assert.equal(
    { pointer, op, index, errno, code, detail },
    { pointer: '/linux/sysctl/net.x', op: 'sysctl', index: 0, errno: 2, code: 'ENOENT', detail: '' },
  )
})

test('nobody listens any more on the socket of an init that has ended', () => {
  const start: Step = { op: 'start', actor: 'parent', pointer: '', name: 'start', pid: 7, start_time: 1 }
  const { message } = stepError(describeStep([start], 0), { errno: 111, detail: '' })
  assert.ok(message.endsWith(': the container process is already dead'), message)
})

test('the text of the kernel is part of the error', () => {
  assert.is(
    failed(1, 1, 'no right').message,
    'config.json#/hostname: hostname web: EPERM (operation not permitted): no right',
  )
})

test('if an init is killed, its limit of memory may be the reason', () => {
  assert.is(
    failed(1, 3, '', initKilled).message,
    'config.json#/hostname: hostname web: ESRCH (no such process): the init was killed',
  )
  const at = '/linux/resources/memory/limit'
  const limit = { op: 'write', actor: 'parent', pointer: at } as const
  const write: Step = { ...limit, path: '/sys/fs/cgroup/web/memory.max', value: '1', missing_ok: false }
  const step = describeStep([...steps, write], 1)
  const dead = stepError(step, { errno: 3, detail: '', reason: initKilled })
  assert.not.match(stepError(step, { errno: 3, detail: 'the init was killed' }).message, 'memory limit')
  assert.is(
    dead.message,
    `config.json#${at}: hostname web: ESRCH (no such process): the init was killed: memory limit too low?`,
  )
  assert.equal([dead.pointer, dead.op, dead.detail], [at, 'hostname', 'the init was killed'])
  assert.match(stepError(step, { errno: 12, detail: '' }).message, /: memory limit too low\?$/)
  assert.match(stepError(step, { errno: 1, detail: 'no right' }).message, /^config.json#.hostname: .*: no right$/)
  assert.match(stepError(step, { errno: 16, detail: '' }).message, /^config.json#.hostname: .*: EBUSY [^:]*$/)
  const less = stepError(describeStep([write], 0), { errno: 16, detail: '' })
  assert.is(less.pointer, at)
  assert.match(less.message, /: EBUSY .*: memory limit too low\?$/)
})

test('the error for a missing program has the words that engines look for', () => {
  assert.is(failed(3, 2).message, 'config.json#/process/args: exec: "web": executable file not found in $PATH')
  assert.is(failed(3, 13).message, 'config.json#/process/args: exec: "web": permission denied')
  assert.is(
    failed(3, 13, 'it exists, but may not be executed').message,
    'config.json#/process/args: exec: "web": permission denied: it exists, but may not be executed',
  )
  assert.is(
    stepError({ ...describeStep(steps, 3), program: '' }, { errno: 2, detail: '' }).message,
    'config.json#/process/args: exec: "": executable file not found in $PATH: the name is empty',
  )
  assert.is(failed(3, 21).message, 'config.json#/process/args: exec: "web": is a directory: permission denied')
  const absolute = stepError({ ...describeStep(steps, 3), program: '/web' }, { errno: 2, detail: '' })
  assert.is(absolute.message, 'config.json#/process/args: exec: "/web": stat /web: no such file or directory')
  assert.match(
    failed(4, 2).message,
    /^config.json#\/process\/args: exec web: no such file or directory: the interpreter /,
  )
  assert.match(failed(4, 7).message, /: exec web: argument list too long: the arguments and the environment may take /)
  assert.match(failed(4, 8).message, /: exec web: exec format error: a script needs /)
})

test('the error for a missing agent has the words of runc', () => {
  const agent: Step = {
    op: 'agent',
    actor: 'parent',
    pointer: '/linux/seccomp/listenerPath',
    path: '/run/agent',
    state: '',
    pid: 0,
    start_time: 0,
  }
  const told_ = (errno: number) => stepError(describeStep([agent], 0), { errno, detail: '' }).message
  const words =
    'config.json#/linux/seccomp/listenerPath: failed to connect with seccomp agent specified in the seccomp profile: /run/agent: '
  assert.is(told_(2), `${words}ENOENT (no such file or directory): there is no such socket: is the agent running?`)
  assert.is(told_(111), `${words}ECONNREFUSED (connection refused): nobody listens there: is the agent running?`)
  assert.is(told_(13), `${words}EACCES (permission denied)`)
})

test('the error of a hook has its kind and number, and its output', () => {
  const pointer = 'config.json#/hooks/createRuntime/1'
  assert.is(
    failed(2, 121, 'exit status 1, output: x').message,
    `${pointer}: error running createRuntime hook #1: exit status 1, output: x`,
  )
  assert.is(
    failed(2, 2).message,
    `${pointer}: error running createRuntime hook #1: createRuntime /bin/h h: no such file or directory`,
  )
})

test('a step without a field has no pointer, an unknown errno its number', () => {
  const failure = stepError(
    { index: 0, op: 'setsid', pointer: '', line: 'a session of its own', program: '' },
    { errno: 4711, detail: '' },
  )
  assert.is(failure.message, 'setsid a session of its own: errno 4711 (unknown error)')
})

test('an interrupt is no fault of the step', () => {
  assert.is(failed(1, 125).message, 'config.json#/hostname: hostname web: ECANCELED (operation canceled): interrupted')
})

test('the steps of a compiled program have the same errors', () => {
  const parts = split(compile(steps))
  if (typeof parts === 'string') throw new Error(parts)
  const { program, labels } = parts
  for (const index of steps.keys()) {
    const told1 = describeStep(steps, index)
    assert.equal(describeCompiledStep(program, labels(), index), told1)
  }
})

test.run()
