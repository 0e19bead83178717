import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-misuse'

const ids: Readonly<Record<string, string>> = {
  empty: '',
  '.': '.',
  '..': '..',
  '/': '/',
  'with a slash': 'a/b',
  'with a line break': 'a\nb',
  'with an escape': 'a\x1b[1mb',
  'with a blank': 'a b',
  'of another script': 'é',
  'of 256 bytes': 'x'.repeat(256),
  'of 1,025 bytes': 'x'.repeat(1025),
}

/** A state root that ocits must not trust. */
const roots: Readonly<Record<string, (ocits: Runtime) => void>> = {
  'a state root that is a file': (ocits) => writeFileSync(ocits.root, ''),
  'a state root that is a symlink': (ocits) => symlinkSync('/tmp', ocits.root),
  'a state root that others may write to': (ocits) => {
    mkdirSync(ocits.root)
    chmodSync(ocits.root, 0o777)
  },
}

for (const binding of bindings) {
  for (const [name, id] of Object.entries(ids))
    live(`${binding.name}: an id that is ${name} is refused`, async () => {
      const ocits = runtime(binding, root)
      const before = traces(root)
      const words = id === '' ? 'container id cannot be empty' : 'invalid container ID format'
      refused(await ocits(['create', '--bundle', await make(config(['id'])), '--', id]), words)
      refused(await aside(ocits)(['state', '--', id]), words)
      refused(await aside(ocits)(['delete', '--force', '--', id]), words)
      await unchanged(before, root)
    })

  for (const [name, prepare] of Object.entries(roots))
    live(`${binding.name}: ${name} is refused`, async () => {
      const ocits = runtime(binding, '/run/ocits-bad-root')
      const path = await make(config(['id']))
      prepare(ocits)
      const before = traces(root)
      try {
        refused(await ocits(['create', '--bundle', path, 'refused']), '/run/ocits-bad-root')
        await unchanged(before, root)
      } finally {
        rmSync(ocits.root, { recursive: true })
      }
    })

  live(`${binding.name}: without root rights`, async () => {
    const path = await make(config(['id']))
    const ocits = runtime(binding, `${path}/state`)
    mkdirSync(ocits.root, { mode: 0o700 })
    chownSync(ocits.root, 65534, 65534)
    const before = traces(ocits.root)
    const result = await ocits(['create', '--bundle', path, 'refused'], { uid: 65534 })
    refused(result, 'config.json#/linux/namespaces', 'rootless container requires user namespaces')
    await unchanged(before, ocits.root)
  })

  live(`${binding.name}: the log has the error as one line of JSON, or of text, and stderr has it plain`, async () => {
    const ocits = runtime(binding, root)
    const path = await make(config(['id'], { process: { args: ['/a\n\u001b"b'] } }))
    for (const format of ['json', 'text']) {
      const log = `${path}/log.${format}`
      const result = await ocits(['--log', log, '--log-format', format, 'create', '--bundle', path, 'refused'])
      refused(result, 'config.json#/process/args')
      const text = readFileSync(log, 'utf8')
      assert.is(text.indexOf('\n'), text.length - 1, 'one line')
      assert.not.ok(text.includes('\u001b'), 'no control bytes')
      if (format === 'json') {
        const entry = JSON.parse(text)
        assert.is(entry.level, 'error')
        assert.ok(entry.msg.includes('config.json#/process/args'))
      } else assert.match(text, /^time="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ" level=error msg="/)
    }
  })
}

test.run()
