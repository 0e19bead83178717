import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { create, remove, run, SpecWarning, start } from '../../src/index.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { binary, bindings, runtime } from '../harness/binding.ts'
import { stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-warnings'
const folder = `/tmp/ocits-warnings.${process.pid}`

type Kind = {
  /** The warnings, in order. */
  readonly words: readonly string[]
  readonly changes: Changes
  /** The words for the probe, and a line of its output. */
  readonly asks: readonly string[]
  readonly prints: string
}

const maps = [{ containerID: 0, hostID: 1000, size: 10 }]
const linux = (changes: Spec['linux']) => ({ linux: { namespaces: config([]).linux?.namespaces ?? [], ...changes } })
const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs' }
const fifo = { type: 'p', path: '/dev/fifo', fileMode: 0o600 } as const

/** Parts of a config that are ignored or changed: the container runs, with a warning. */
const kinds: Readonly<Record<string, Kind>> = {
  'an unknown capability': {
    words: ['#/process/capabilities/bounding/1: ignoring unknown or unavailable capability "CAP_FUTURE"'],
    changes: { process: { capabilities: { bounding: ['CAP_KILL', 'CAP_FUTURE'] } } },
    asks: ['caps'],
    prints: 'bounding: KILL',
  },
  'an ambient capability that is not inheritable': {
    words: ['#/process/capabilities/ambient/0: CAP_KILL is not raised: it is not among the inheritable ones'],
    changes: { process: { capabilities: { permitted: ['CAP_KILL'], bounding: ['CAP_KILL'], ambient: ['CAP_KILL'] } } },
    asks: ['caps'],
    prints: 'ambient:',
  },
  'a destination that is relative': {
    words: ['#/mounts/1/destination: mount destination "mnt/../there" is not absolute: it is taken as "/there"'],
    changes: { mounts: [proc, { destination: 'mnt/../there', type: 'tmpfs', source: 'tmpfs', options: ['mode=700'] }] },
    asks: ['stat', '/there'],
    prints: '/there: directory 0700 0:0',
  },
  'a version of long ago': {
    words: ['#/ociVersion: unknown version "0.2.0": it is taken as 1.x'],
    changes: { ociVersion: '0.2.0' },
    asks: ['say', 'here'],
    prints: 'here',
  },
  'a version to come': {
    words: ['#/ociVersion: unknown version "2.0.0-rc1": it is taken as 1.x'],
    changes: { ociVersion: '2.0.0-rc1' },
    asks: ['say', 'here'],
    prints: 'here',
  },
  'maps without a user namespace': {
    words: [
      "#/linux/uidMappings: user namespace mappings specified, but user namespace isn't enabled in the config: they are ignored",
    ],
    changes: linux({ uidMappings: maps }),
    asks: ['read', '/proc/self/uid_map'],
    prints: '/proc/self/uid_map: 0 0 4294967295',
  },
  'a device twice': {
    words: ['#/linux/devices/1/path: /dev/fifo is that of /linux/devices/0 already: this one is not made'],
    changes: { mounts: [proc, dev], ...linux({ devices: [fifo, { ...fifo, fileMode: 0o644 }] }) },
    asks: ['stat', '/dev/fifo'],
    prints: '/dev/fifo: fifo 0600 0:0',
  },
  'a sysctl of nothing': {
    words: ['#/linux/sysctl/kernel.domainname: the value is empty: the kernel takes nothing, and it stays as it is'],
    changes: {
      linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }, { type: 'uts' }], sysctl: { 'kernel.domainname': '' } },
    },
    asks: ['say', 'here'],
    prints: 'here',
  },
  'a mask over the root': {
    words: ['#/linux/maskedPaths/0: the root itself cannot be masked: ignored'],
    changes: linux({ maskedPaths: ['/'], readonlyPaths: ['/'] }),
    asks: ['readonly', '/'],
    prints: 'readonly /: yes',
  },
}

const toldOf = (words: readonly string[]) => words.map((each) => `ocits: warning: config.json${each}`)
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

for (const binding of bindings)
  for (const [name, { words, changes, asks, prints }] of Object.entries(kinds))
    live(`${binding.name}: ${name} is a warning on stderr, and the container runs`, async () => {
      const ocits = runtime(binding, root)
      const { code, stdout, stderr } = await ocits(['run', '-b', await make(config(asks, changes)), 'w'])
      assert.equal([code, lines(stderr)], [0, toldOf(words)])
      assert.ok(lines(stdout).includes(prints), stdout)
    })

const ocits = runtime(binary, root)
for (const [name, { words, changes, asks }] of Object.entries(kinds)) {
  const bundle = () => make(config(asks, changes))

  live(`${name} is a warning in the log of an engine`, async () => {
    const log = `${folder}/log`
    rmSync(log, { force: true })
    const { code, stderr } = await ocits(['--log', log, '--log-format', 'json', 'run', '-b', await bundle(), 'w'])
    assert.equal([code, stderr], [0, ''])
    const entries = lines(readFileSync(log, 'utf8')).map((line) => JSON.parse(line))
    assert.equal(
      entries.map(({ level, msg }) => `${level}: ${msg}`),
      words.map((each) => `warning: config.json${each}`),
    )
  })

  live(`${name} is a warning of plan, and of compile instead of the program`, async () => {
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

live(`a config without any has no message on stderr`, async () => {
  const { code, stderr } = await ocits(['run', '-b', await make(config(['caps'])), 'w'])
  assert.equal([code, stderr], [0, ''])
})

for (const [name, { words, changes, asks }] of Object.entries(kinds))
  live(`the library warns of ${name}, with its pointer`, async () => {
    const heard: Error[] = []
    const options = { bundle: await make(config(asks, changes)), root, warn: (each: Error) => heard.push(each) }
    assert.is(await run('w', options), 0)
    assert.equal(
      heard.map(({ message }) => message),
      words.map((each) => `config.json${each}`),
    )
    for (const each of heard) assert.ok(each instanceof SpecWarning && each.message.includes(`#${each.pointer}: `))
  })

async function fails(what: Promise<unknown>, words: RegExp): Promise<void> {
  const failure = await what.then(() => undefined, String)
  assert.match(failure ?? 'it succeeded', words)
}

const { process: _, ...processless } = config([])
const notSet = 'config.json#/process: not set: the container can be created, but not started'

for (const binding of bindings)
  live(`${binding.name}: without a process a container is created with a warning, and cannot be started`, async () => {
    const ocits = runtime(binding, root)
    const path = await make(processless)
    const created = await ocits(['create', '-b', path, 'w'])
    assert.equal([created.code, created.stderr], [0, `ocits: warning: ${notSet}\n`])
    refused(await ocits(['start', 'w']), 'cannot start a container whose config has no process: w')
    assert.is((await stateOf(ocits, 'w')).status, 'created')
    succeeded(await ocits(['delete', 'w']))
    refused(await ocits(['run', '-b', path, 'w']), 'config.json#/process: process property must not be empty')
  })

live('the library does the same for a config without a process', async () => {
  const heard: string[] = []
  const options = { bundle: await make(processless), root, warn: ({ message }: Error) => heard.push(message) }
  await create('w', options)
  assert.equal(heard, [notSet])
  await fails(start('w', { root }), /cannot start a container whose config has no process: w/)
  await remove('w', { root })
  await fails(run('w', options), /#\/process: process property must not be empty/)
})

const before = traces(root)
test.before(() => mkdirSync(folder))
test.after(async () => {
  rmSync(folder, { recursive: true })
  await unchanged(before, root)
})

test.run()
