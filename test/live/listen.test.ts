import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { type Result, run } from '../harness/run.ts'

// The sockets of a service manager (sd_listen_fds(3)) go to the program of create and run, and to no other.

const root = '/run/ocits-listen'
const files = ['3', '4', '5'].map((fd) => `/tmp/ocits-listen-${fd}`)
for (const file of files) writeFileSync(file, `was ${file.at(-1)}\n`)

/** A command with the files 3, 4 and 5 open, and this many of them from its service manager; `whose`: the pid to which they belong. */
function listening(count: string, whose: string, { command }: Runtime, ...words: readonly string[]): Promise<Result> {
  const open = files.map((file) => `${file.at(-1)}<${file}`).join(' ')
  const script = `export LISTEN_FDS=${count} LISTEN_PID=${whose}; exec "$@" ${open}`
  return run(['sh', '-c', script, 'sh', ...command, ...words])
}

const shows = ['fds', 'read', '/proc/self/fd/3', 'read', '/proc/self/fd/4', 'env']
const shown = (fds: string, three: string, four: string) =>
  `fds 0 1 2${fds}\n/proc/self/fd/3: ${three}\n/proc/self/fd/4: ${four}\n`
const none = 'No such file or directory'
const env = ['PATH=/']
const told = 'env PATH=/\nenv LISTEN_FDS=1\nenv LISTEN_PID=1\nenv HOME=/\n'
const untold = 'env PATH=/\nenv HOME=/\n'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('sockets of a service manager come first, as its variables tell; --preserve-fds follows', async (ocits) => {
    const bundle = await make(config(shows, { process: { env } }))
    const ran = async (count: string, whose: string, ...flags: readonly string[]) =>
      succeeded(await listening(count, whose, ocits, 'run', ...flags, '--bundle', bundle, 'heard'))
    assert.is(await ran('1', '$$'), shown(' 3', 'was 3', none) + told)
    assert.is(await ran('1', '$$', '--preserve-fds', '1'), shown(' 3 4', 'was 3', 'was 4') + told)
    for (const [count, whose] of [
      ['1', '1'],
      ['1', ''],
      ['0', '$$'],
      ['x', '$$'],
      ['-1', '$$'],
    ] as const)
      assert.is(await ran(count, whose), shown('', none, none) + untold, `${count} ${whose}`)
    refused(await listening('4', '$$', ocits, 'run', '--bundle', bundle, 'heard'), 'LISTEN_FDS: file descriptor 6')
    succeeded(await listening('1', '$$', ocits, 'create', '--bundle', bundle, 'heard'))
    succeeded(await aside(ocits)(['delete', '--force', 'heard']))
  })

  law('the program of exec gets none of them', async (ocits) => {
    const quick = aside(ocits)
    const { out } = await quick([
      'run',
      '--detach',
      '--bundle',
      await make(config(['trap'], { process: { env } })),
      'heard',
    ])
    await says(out, 'ready')
    const exec = async (...flags: readonly string[]) =>
      succeeded(await listening('1', '$$', ocits, 'exec', ...flags, 'heard', '/probe', ...shows))
    assert.is(await exec(), shown('', none, none) + untold)
    assert.is(await exec('--preserve-fds', '2'), shown(' 3 4', 'was 3', 'was 4') + untold)
    succeeded(await quick(['delete', '--force', 'heard']))
  })
}

test.run()
