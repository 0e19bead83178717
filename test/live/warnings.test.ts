import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run, SpecWarning } from '../../src/index.ts'
import { binary, bindings, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-warnings'
const folder = `/tmp/ocits-warnings.${process.pid}`

/** What is passed over, or not taken as it stands: the container runs, and each of these words is in a warning. */
const kinds: Readonly<Record<string, readonly [words: readonly string[], changes: Changes, prints?: string]>> = {
  'a capability that nobody knows': [
    ['config.json#/process/capabilities/bounding/1: ignoring unknown or unavailable capability "CAP_FUTURE"'],
    { process: { capabilities: { bounding: ['CAP_KILL', 'CAP_FUTURE'] } } },
    'bounding: KILL',
  ],
  'an ambient capability that is not inheritable': [
    ['config.json#/process/capabilities/ambient/0: CAP_KILL is not raised: it is not among the inheritable ones'],
    { process: { capabilities: { permitted: ['CAP_KILL'], bounding: ['CAP_KILL'], ambient: ['CAP_KILL'] } } },
    'ambient:',
  ],
  'a destination that is relative': [
    ['config.json#/mounts/1/destination: mount destination "mnt/../there" is not absolute: it is taken as "/there"'],
    { mounts: [proc, { destination: 'mnt/../there', type: 'tmpfs', source: 'tmpfs' }] },
  ],
  'a version of long ago': [
    ['config.json#/ociVersion: unknown version "0.2.0": it is taken as 1.x'],
    { ociVersion: '0.2.0' },
  ],
}

const toldOf = (words: readonly string[]) => words.map((each) => `ocits: warning: ${each}`)
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

for (const binding of bindings)
  for (const [name, [words, changes, prints]] of Object.entries(kinds))
    live(`${binding.name}: ${name} is told on stderr, and the container runs`, async () => {
      const ocits = runtime(binding, root)
      const { code, stdout, stderr } = await ocits(['run', '-b', await make(config(['caps'], changes)), 'w'])
      assert.equal([code, lines(stderr)], [0, toldOf(words)])
      if (prints !== undefined) assert.ok(lines(stdout).includes(prints), stdout)
    })

const ocits = runtime(binary, root)
for (const [name, [words, changes]] of Object.entries(kinds)) {
  const bundle = () => make(config(['caps'], changes))

  live(`${name} is told to the log of an engine`, async () => {
    const log = `${folder}/log`
    rmSync(log, { force: true })
    const { code, stderr } = await ocits(['--log', log, '--log-format', 'json', 'run', '-b', await bundle(), 'w'])
    assert.equal([code, stderr], [0, ''])
    const entries = lines(readFileSync(log, 'utf8')).map((line) => JSON.parse(line))
    assert.equal(
      entries.map(({ level, msg }) => `${level}: ${msg}`),
      words.map((each) => `warning: ${each}`),
    )
  })

  live(`${name} is told by plan, and by compile in the place of the program`, async () => {
    const path = await bundle()
    const plan = await ocits(['plan', path])
    assert.equal([plan.code, lines(plan.stderr)], [0, toldOf(words)])
    const program = `${folder}/program`
    rmSync(program, { force: true })
    const compile = await ocits(['compile', path, '-o', program])
    assert.equal([compile.code, lines(compile.stderr)], [0, toldOf(words)])
    const { code, stderr } = await ocits(['run', '--program', program, 'w'])
    assert.equal([code, stderr], [0, ''])
  })
}

live(`a config without any has no word on stderr`, async () => {
  const { code, stderr } = await ocits(['run', '-b', await make(config(['caps'])), 'w'])
  assert.equal([code, stderr], [0, ''])
})

for (const [name, [words, changes]] of Object.entries(kinds))
  live(`the library tells of ${name}, with its pointer`, async () => {
    const heard: Error[] = []
    const options = { bundle: await make(config(['caps'], changes)), root, warn: (each: Error) => heard.push(each) }
    assert.is(await run('w', options), 0)
    assert.equal(
      heard.map(({ message }) => message),
      words,
    )
    for (const each of heard) assert.ok(each instanceof SpecWarning && each.message.includes(`#${each.pointer}: `))
  })

const before = traces(root)
test.before(() => mkdirSync(folder))
test.after(async () => {
  rmSync(folder, { recursive: true })
  await unchanged(before, root)
})

test.run()
