import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says } from '../harness/life.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'

// Users and engines search for the words of runc. Each message begins with them, or has them after `exec failed: `; the additional text of
// ocits follows.

const root = '/run/ocits-words'

/** A command line, and the first words of its only line on stderr. The containers are those of `prepared`. */
const messages: readonly (readonly [line: string, words: string, code?: number])[] = [
  ...['state', 'start', 'kill', 'delete', 'pause', 'resume', 'ps', 'events', 'update', 'wait'].map(
    (verb) => [`${verb} none`, 'container does not exist'] as const,
  ),
  ['exec none /probe', 'exec failed: container does not exist', 255],
  ['state a/b', 'invalid container ID format'],
  ['create ..', 'invalid container ID format'],
  ['state =', 'invalid container ID format'],
  ['create running', 'container with given ID already exists'],
  ['run stopped', 'container with given ID already exists'],
  ['start running', 'cannot start an already running container'],
  ['start stopped', 'cannot start a container that has stopped'],
  ['exec stopped /probe', 'exec failed: cannot exec in a stopped container', 255],
  ['exec paused /probe', 'exec failed: cannot exec in a paused container (use --ignore-paused to override)', 255],
  ['exec running', 'exec failed: process args cannot be empty', 255],
  ['delete running', 'cannot delete container running that is not stopped: running'],
  ['delete paused', 'cannot delete container paused that is not stopped: paused'],
  ['kill stopped', 'container not running'],
  ['kill running NONE', 'unknown signal "NONE"'],
  ['pause stopped', 'container not running'],
  ['resume running', 'container not paused'],
  ['update --memory 64m stopped', 'container not running'],
  ['ns show none', 'container does not exist'],
  ['ns show stopped', 'container not running'],
  ['ns pin stopped net', 'container not running'],
  ['enter none true', 'container does not exist'],
  ['enter stopped true', 'container not running'],
  ['events stopped', 'container with id stopped is not running'],
  ['events --interval 0s running', 'duration interval must be greater than 0'],
  ['events --interval never running', 'invalid value "never" for flag -interval: parse error'],
  ['help none', "No help topic for 'none'", 3],
  ['create --none x', 'flag provided but not defined: --none'],
  ['create', '"create" requires at least 1 argument(s)'],
  ['state', '"state" requires exactly 1 argument(s)'],
  ['--log-format xml list', 'invalid log-format: xml'],
  ['spec', 'File config.json exists. Remove it first'],
]

/** A config, and words of the only line on stderr of its `create`. */
const configs: Readonly<Record<string, readonly [changes: Changes, words: string]>> = {
  'a relative cwd': [{ process: { args: ['/probe'], cwd: 'here' } }, 'Cwd must be an absolute path'],
  'no cwd': [{ process: { args: ['/probe'], cwd: '' } }, 'Cwd property must not be empty'],
  'no args': [{ process: { args: [], cwd: '/' } }, 'args must not be empty'],
  'a program that is nowhere': [
    { process: { args: ['nowhere'], cwd: '/', env: ['PATH=/'] } },
    'exec: "nowhere": executable file not found in $PATH',
  ],
  'a path that is nowhere': [{ process: { args: ['/nowhere'], cwd: '/' } }, 'no such file or directory'],
  'a root that is a link': [{ root: { path: '/proc/self/cwd' } }, 'invalid rootfs: not an absolute path, or a symlink'],
  'a hook that takes too long': [
    { hooks: { createRuntime: [{ path: '/bin/sleep', args: ['sleep', '60'], timeout: 1 }] } },
    'error running createRuntime hook #0: hook ran past specified timeout of 1.0s',
  ],
  'a hostname of the host': [
    { hostname: 'x', linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }] } },
    'unable to set hostname without a private UTS namespace',
  ],
  'a terminal without a receiver': [
    { process: { args: ['/probe'], cwd: '/', terminal: true } },
    'will detach without setting console socket',
  ],
}

async function prepared(ocits: Runtime): Promise<void> {
  for (const id of ['running', 'paused', 'stopped']) {
    const { out } = await ocits(['run', '--detach', '--bundle', await make(config(['trap'])), id])
    await says(out, 'ready')
  }
  succeeded(await ocits(['pause', 'paused']))
  succeeded(await ocits(['kill', 'stopped', 'KILL']))
  await reaches(ocits, 'stopped', 'stopped')
}

// Both bindings have the same words, because TypeScript writes all of them.
const [binding] = bindings
if (binding === undefined) throw new Error('there is no binding')
const law = lawsOf(binding, root)

law(
  'each failure begins with the words of runc',
  async (ocits) => {
    await prepared(ocits)
    try {
      const bundle = await make(config(['id']))
      const before = readFileSync(`${bundle}/config.json`, 'utf8')
      for (const [line, words, code = 1] of messages) {
        const said = await ocits(line.split(' '), { cwd: bundle })
        assert.equal([said.code, said.stdout], [code, ''], line)
        assert.ok(said.stderr.startsWith(`ocits: ${words}`), `${line}: ${said.stderr}`)
        assert.is(said.stderr.indexOf('\n'), said.stderr.length - 1, `${line}: one line`)
      }
      assert.is(readFileSync(`${bundle}/config.json`, 'utf8'), before, 'what spec found stays')
    } finally {
      await ocits(['resume', 'paused']) // a frozen process cannot be killed, not even by the end of a sandbox
    }
    for (const id of ['running', 'paused', 'stopped']) succeeded(await ocits(['delete', '--force', id]))
  },
  60_000,
)

law(
  'errors of a wrong config, and of a folder without a bundle, have the words of runc',
  async (ocits) => {
    for (const [name, [changes, words]] of Object.entries(configs)) {
      const { process, ...rest } = changes
      const base = config(['id'], rest)
      const bundle = await make({
        ...base,
        ...(process === undefined ? {} : { process: { ...base.process, ...process } as never }),
      })
      const { code, stderr } = await ocits(['create', '--bundle', bundle, 'bad'])
      assert.is(code, 1, name)
      assert.ok(stderr.includes(words), `${name}: ${stderr}`)
    }
    const { code, stderr } = await ocits(['create', '--bundle', '/proc', 'bad'])
    assert.is(code, 1)
    assert.ok(stderr.startsWith('ocits: JSON specification file config.json not found'), stderr)
  },
  60_000,
)

test.run()
