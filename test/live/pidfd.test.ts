import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { read } from '../harness/bundle.ts'
import { lawsOf } from '../harness/laws.ts'
import { soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { receiving } from '../harness/terminal.ts'

// --pidfd-socket for containerd's shim: a pidfd of the process, with a word that says which process it is.

const root = '/run/ocits-pidfd'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('create, run and exec send a pidfd of their process to --pidfd-socket', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['trap']))
    await receiving(async ({ socket, text }) => {
      const passed = ['--pidfd-socket', socket]
      const got = async (word: string, pid: number | string) =>
        assert.ok(await soon(() => text().includes(`received ${word}\npid ${pid}\n`)), `${word} ${pid}: ${text()}`)

      succeeded(await ocits(['create', ...passed, '--bundle', bundle, 'made']))
      await got('standard', (await stateOf(quick, 'made')).pid)
      succeeded(await ocits(['run', '--detach', ...passed, '--bundle', bundle, 'run']))
      await got('standard', (await stateOf(quick, 'run')).pid)
      const file = `${bundle}/exec.pid`
      succeeded(await ocits(['exec', '--detach', ...passed, '--pid-file', file, 'run', '/probe', 'trap']))
      await got('setns', read(file))
    })
    succeeded(await quick(['delete', '--force', 'made', 'run']))
  })

  law('a pidfd without a receiver is an error, and leaves nothing', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['trap']))
    const words = (path: string, cure: string) => [`a pidfd of the process to ${path}, named `, cure] as const
    refused(
      await ocits(['create', '--pidfd-socket', '/tmp/no-socket', '--bundle', bundle, 'web']),
      ...words('/tmp/no-socket', 'there is no such socket'),
    )
    refused(
      await ocits(['run', '--pidfd-socket', `${bundle}/config.json`, '--bundle', bundle, 'web']),
      ...words(`${bundle}/config.json`, 'it is no socket'),
    )
    succeeded(await quick(['run', '--detach', '--bundle', bundle, 'web']))
    const { code, stderr } = await ocits(['exec', '--pidfd-socket', '/tmp/no-socket', 'web', '/probe', 'pid'])
    assert.is(code, 255, stderr)
    assert.ok(stderr.includes('named setns: ENOENT'), stderr)
    succeeded(await quick(['delete', '--force', 'web']))
  })
}

test.run()
