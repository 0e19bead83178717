import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { observe } from '../../src/machine/observe.ts'
import { native } from '../../src/native/koffi.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { encode } from '../../src/program/encode.ts'
import { decode } from '../../src/program/outcome.ts'
import type { Spec } from '../../src/spec/spec.ts'
import type { Step } from '../../src/step/step.ts'
import { binary, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

// A tree of ordinary files instead of resctrl. A hook makes the files that the kernel would put into a new group.

const root = '/run/ocits-rdt'
const ocits = runtime(binary, root)
const top = '/tmp/resctrl'
const status = `${top}/info/last_cmd_status`
const [ENOENT, EIO, EEXIST] = [2, 5, 17]
const null_ = openSync('/dev/null', 'r+')

const parent = { actor: 'parent', pointer: '' } as const
const group = (name: string, more: Partial<Step & { op: 'rdt_group' }> = {}): Step => ({
  op: 'rdt_group',
  ...parent,
  path: `${top}/${name}`,
  monitor: false,
  stays: false,
  status,
  ...more,
})
const schemata = (name: string, lines: string): Step => ({
  op: 'rdt_schemata',
  ...parent,
  path: `${top}/${name}`,
  schemata: lines,
  status,
})
const sh = (script: string): Step => ({
  op: 'hook',
  ...parent,
  kind: 'createRuntime',
  path: '/bin/sh',
  args: ['sh', '-ec', script],
  env: [],
  inherit: false,
  timeout: 5000,
  cwd: top,
  state: '',
  lenient: false,
})
const unwind: Step = { op: 'unwind', ...parent }

function execute(steps: readonly Step[], fault?: number) {
  const answer = native.execute(encode(steps, undefined, fault), root, 'one', [null_, null_, null_], -1)
  if (typeof answer === 'number') throw new Error(`the program was not accepted: ${answer}`)
  return decode(answer)
}

const tree = (name: string, body: () => Promise<void>): void =>
  live(name, async () => {
    mkdirSync(`${top}/info`, { recursive: true })
    writeFileSync(status, 'ok\n')
    try {
      await body()
    } finally {
      rmSync(top, { recursive: true })
    }
  })

/** An existing class. */
function given(name: string, shown: string): void {
  mkdirSync(`${top}/${name}`)
  writeFileSync(`${top}/${name}/schemata`, shown)
  writeFileSync(`${top}/${name}/tasks`, '')
}

tree('a new class gets its schemata, each in one write that ends with a newline', async () => {
  const log = sh('mkfifo gold/schemata; cat gold/schemata >log &') // a fifo: one write after the other
  const outcome = execute([group('gold'), log, schemata('gold', 'L3:0=f0\nL3:1=f')])
  assert.is(outcome.errno, 0, outcome.detail)
  for (let tries = 0; tries < 100 && readFileSync(`${top}/log`, 'utf8') === ''; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.is(readFileSync(`${top}/log`, 'utf8'), 'L3:0=f0\nL3:1=f\n')
})

tree('a new group is readable for all, whatever the umask of the caller', async () => {
  const before = process.umask(0o077)
  try {
    assert.is(execute([group('gold')]).errno, 0)
  } finally {
    process.umask(before)
  }
  assert.is(statSync(`${top}/gold`).mode & 0o7777, 0o755)
})

const shown = '    L3:0=000ff;1=0F000\n    MB:0= 20;1=100\nL3CODE:0=1\n'
for (const [asked, same] of [
  ['L3:0=ff;1=f000', true],
  ['L3:1=f000;0=ff', true],
  ['L3:0=0xFF', true],
  ['L3: 0 = 00ff ; 1 =f000\n', true],
  ['MB:0=20;1=100', true],
  ['L3:0=ff;1=f000\nMB:1=100', true],
  ['\n', true],
  ['L3:0=ff;1=f001', false],
  ['L3:0=f', false],
  ['L3:2=ff', false],
  ['L3:0=ff;1=f000\nMB:1=10', false],
  ['MB:0=200', false],
  ['L2:0=ff', false],
  ['L3', false],
  ['L3:ff', false],
  ['3:0=ff', false],
  ['L3CODE:0=1', true],
  ['L3CO:0=1', false],
] as const)
  tree(`an existing class ${same ? 'has' : 'does not have'} ${JSON.stringify(asked)}, and is not changed`, async () => {
    given('gold', shown)
    const outcome = execute([group('gold', { stays: true }), schemata('gold', asked)])
    assert.is(outcome.errno, same ? 0 : EEXIST)
    if (!same) assert.is(outcome.detail, 'the class of service exists and has another schema')
    assert.is(readFileSync(`${top}/gold/schemata`, 'utf8'), shown)
  })

tree('the error for a schema has the message of the kernel', async () => {
  writeFileSync(status, 'Mask out of range\n')
  const outcome = execute([group('gold'), schemata('gold', 'L3:0=fffffff')])
  assert.equal([outcome.index, outcome.detail], [1, 'Mask out of range'])
  assert.not(existsSync(`${top}/gold`))
})

tree('a failure of a later step removes a new class, and an existing one stays', async () => {
  given('silver', shown)
  const made = [
    group('gold', { stays: true }),
    group('gold/mon', { monitor: true }),
    { op: 'rdt_find', ...parent, path: top },
  ] as const
  assert.is(execute(made, 2).errno, EIO)
  assert.not(existsSync(`${top}/gold`))
  assert.is(execute([group('silver', { stays: true }), group('silver/mon', { monitor: true }), sh('false')]).index, 2)
  assert.equal(readdirSync(`${top}/silver`).sort(), ['schemata', 'tasks'])
})

tree('an existing group with the container’s name is refused, and stays', async () => {
  given('one', shown)
  for (const monitor of [false, true]) {
    const outcome = execute([group('one', { monitor }), unwind])
    assert.equal([outcome.errno, outcome.index], [EEXIST, 0])
    assert.match(outcome.detail, /somebody else's/)
    assert.equal(readdirSync(`${top}/one`).sort(), ['schemata', 'tasks'])
  }
})

tree('at the end of a foreground run a named class stays', async () => {
  const steps = [group('gold', { stays: true }), group('gold/mon', { monitor: true }), unwind]
  assert.is(execute(steps).errno, 0)
  assert.equal(readdirSync(`${top}/gold`), [])
  assert.is(execute([group('own'), unwind]).errno, 0)
  assert.not(existsSync(`${top}/own`))
})

tree('a class without a schema must exist', async () => {
  given('gold', shown)
  assert.is(execute([{ op: 'rdt_find', ...parent, path: `${top}/gold` }]).errno, 0)
  assert.is(execute([{ op: 'rdt_find', ...parent, path: `${top}/silver` }]).errno, ENOENT)
})

tree('groups are removed, and removing them again is no error', async () => {
  mkdirSync(`${top}/one/mon_groups/one`, { recursive: true })
  const dirs = [`${top}/\0i/mon_groups/\0i`, `${top}/one/mon_groups`, `${top}/\0i`]
  for (let twice = 0; twice < 2; twice++) assert.is(execute([{ op: 'rdt_remove', ...parent, dirs }]).errno, 0)
  assert.equal(readdirSync(top), ['info'])
})

const spec = (intelRdt: NonNullable<Spec['linux']>['intelRdt'] & object) =>
  config(['pid'], { linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }], intelRdt } })

tree('the init of a container joins its class', async () => {
  given('gold', shown)
  const before = traces(root)
  const text = JSON.stringify(spec({ closID: 'gold', l3CacheSchema: 'L3:0=ff' }))
  const request = { mode: 'run', detach: false, keep: false, noPivot: false, noNewKeyring: false } as const
  const host = { ...observe(native), resctrl: top }
  const bundle = realpathSync(await make(text))
  const outcome = execute(planCreate(JSON.parse(text), host, { ...request, bundle, pidFile: undefined }, text))
  assert.equal([outcome.errno, outcome.exitStatus], [0, 0], outcome.detail)
  assert.is(readFileSync(`${top}/gold/tasks`, 'utf8'), '0')
  await unchanged(before, root)
})

live('a machine without resctrl', async () => {
  const before = traces(root)
  refused(await ocits(['run', 'one', await make(spec({ closID: 'gold' }))]), 'config.json#/linux/intelRdt', 'resctrl')
  await unchanged(before, root)
})

live('an empty object', async () => {
  assert.is(succeeded(await ocits(['run', 'one', await make(spec({}))])), 'pid 1, parent 0, group 1, session 1\n')
})

test.run()
