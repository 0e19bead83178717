import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime, runtime } from '../harness/binding.ts'
import { stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-misuse'

const format = 'invalid container ID format: '

/** Invalid ids, with the message for each. */
const ids: Readonly<Record<string, readonly [id: string, words: string]>> = {
  empty: ['', 'container id cannot be empty'],
  '.': ['.', `${format}"." is`],
  '..': ['..', `${format}".." is`],
  '/': ['/', `${format}"/" has "/" as character 1`],
  'with a slash': ['a/b', `${format}"a/b" has "/" as character 2`],
  'with a line break': ['a\nb', `${format}"a\\nb" has "\\n" as character 2`],
  'with an escape': ['a\x1b[1mb', `${format}"a\\u001b[1mb" has "\\u001b" as character 2`],
  'with a blank': ['a b', `${format}"a b" has " " as character 2`],
  'of another script': ['\u00e9', `${format}"\u00e9" has "\u00e9" as character 1`],
  'that of a leftover': ['.del-web-1', `${format}".del-web-1" is for what is being deleted`],
  'of 256 bytes': ['x'.repeat(256), `${format}it has 256 characters, and may have 255`],
  'of 1,025 bytes': ['x'.repeat(1025), `${format}it has 1025 characters, and may have 255`],
}

/** A state root that ocits must not trust. */
const roots: Readonly<Record<string, (ocits: Runtime) => void>> = {
  'a state root that is a file': (ocits) => writeFileSync(ocits.root, ''),
  'a state root that is a symlink': (ocits) => symlinkSync('/tmp', ocits.root),
  'a state root that others may write to': (ocits) => {
    mkdirSync(ocits.root)
    chmodSync(ocits.root, 0o777)
  },
  'a state root that others may replace': (ocits) => {
    mkdirSync(`${ocits.root}/below/state`, { recursive: true, mode: 0o700 })
    chmodSync(ocits.root, 0o777)
  },
}

for (const binding of bindings) {
  for (const [name, [id, words]] of Object.entries(ids))
    live(`${binding.name}: an id that is ${name} is refused`, async () => {
      const ocits = runtime(binding, root)
      const before = traces(root)
      refused(await ocits(['create', '--bundle', await make(config(['id'])), '--', id]), words)
      for (const verb of ['state', 'start', 'kill']) refused(await aside(ocits)([verb, '--', id]), words)
      refused(await aside(ocits)(['delete', '--force', '--', id]), words)
      await unchanged(before, root)
    })

  for (const id of ['-web', '-', '--', '--force', '-f', '+', '_'])
    live(`${binding.name}: after -- ${id} is an id in every command`, async () => {
      const ocits = runtime(binding, root)
      const before = traces(root)
      succeeded(await ocits(['create', '--bundle', await make(config(['id'])), '--', id]))
      assert.is((await stateOf(ocits, id)).id, id)
      assert.is(succeeded(await ocits(['list', '--quiet'])), `${id}\n`)
      refused(await aside(ocits)(['create', '--bundle', await make(config(['id'])), '--', id]), 'already exists')
      succeeded(await ocits(['kill', '--', id, '0']))
      succeeded(await ocits(['start', '--', id]))
      succeeded(await ocits(['delete', '--force', '--', id]))
      await unchanged(before, root)
    })

  for (const [name, prepare] of Object.entries(roots))
    live(`${binding.name}: ${name} is refused`, async () => {
      const top = runtime(binding, '/run/ocits-bad-root')
      const path = await make(config(['id']))
      prepare(top)
      const below = existsSync(`${top.root}/below/state`)
      const ocits = below ? runtime(binding, `${top.root}/below/state`) : top
      const before = traces(root)
      try {
        refused(await ocits(['create', '--bundle', path, 'refused']), '/run/ocits-bad-root')
        await unchanged(before, root)
        if (!below) return
        for (const verb of ['state', 'kill']) refused(await aside(ocits)([verb, 'refused']), '/run/ocits-bad-root')
        chmodSync(top.root, 0o1777)
        succeeded(await ocits(['run', '--bundle', path, 'sticky']))
      } finally {
        rmSync(top.root, { recursive: true })
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

  live(`${binding.name}: a log that cannot be written is an error before any operation`, async () => {
    const ocits = runtime(binding, root)
    const path = await make(config(['id']))
    symlinkSync(`${path}/target`, `${path}/link`)
    const bad: Readonly<Record<string, string>> = {
      'no/such/log': 'no such file or directory: the folder of --log must exist',
      'config.json/log': 'not a directory',
      rootfs: 'is a directory: --log names a file',
      link: 'too many levels of symbolic links: a symlink is not followed: name the file itself',
    }
    const before = traces(root)
    for (const [name, words] of Object.entries(bad)) {
      const log = `${path}/${name}`
      const told = `cannot write to the log ${log}: ${words}`
      refused(await ocits(['--log', log, '--log-format', 'json', 'create', '--bundle', path, 'refused']), told)
      for (const args of [['run', '--bundle', path, 'refused'], ['list'], ['create', '--nothing']])
        refused(await aside(ocits)(['--log', log, ...args]), told)
    }
    await unchanged(before, root)
    assert.not.ok(existsSync(`${path}/target`))
    writeFileSync(`${path}/theirs`, '', { mode: 0o600 })
    const { code, stderr } = await aside(ocits)(['--log', `${path}/theirs`, 'list'], { uid: 65534 })
    assert.equal([code, stderr], [1, `ocits: cannot write to the log ${path}/theirs: permission denied\n`])
  })

  live(`${binding.name}: --log accepts the open files of /dev/stdout and /dev/fd`, async () => {
    const ocits = runtime(binding, root)
    for (const file of ['/dev/stdout', '/dev/fd/1']) {
      const { code, stdout, stderr } = await ocits(['--log', file, '--log-format', 'json', 'state', 'nobody'])
      assert.is(code, 1)
      assert.is(JSON.parse(stdout).msg, 'container does not exist: nobody', stdout)
      assert.is(stderr, 'ocits: container does not exist: nobody\n')
    }
    const { code, stderr } = await ocits(['--log', '/dev/fd/77', 'state', 'nobody'])
    assert.is(code, 1)
    assert.match(stderr, /^ocits: cannot write to the log \/dev\/fd\/77: bad file descriptor\nocits: container does/)
  })

  live(`${binding.name}: a log on stderr has the requested format`, async () => {
    const ocits = runtime(binding, root)
    const { code, stderr } = await ocits(['--log', '/dev/stderr', '--log-format', 'json', 'state', 'nobody'])
    const { level, msg, id } = JSON.parse(stderr)
    assert.equal([code, level, msg, id], [1, 'error', 'container does not exist: nobody', 'nobody'])
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

  live(
    `${binding.name}: a log in JSON holds one object if create or exec fails, whatever there was to warn of`,
    async () => {
      const ocits = runtime(binding, root)
      const capabilities = { bounding: ['CAP_NEW'], permitted: ['CAP_NEW'] }
      const warned = 'ignoring unknown or unavailable capability "CAP_NEW"'
      const logged = async (log: string, words: readonly string[]) => {
        const { code, stderr } = await ocits(['--log', log, '--log-format', 'json', ...words])
        return { code, stderr, lines: existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [] }
      }
      const one = ({ code, stderr, lines }: Awaited<ReturnType<typeof logged>>, status: number, words: string) => {
        const [{ level, msg, warnings }] = lines.map((line) => JSON.parse(line))
        assert.equal([code, lines.length, level], [status, 1, 'error'], stderr)
        assert.ok(msg.includes(words) && stderr.includes(words) && stderr.indexOf('\n') === stderr.length - 1, stderr)
        assert.ok(warnings.length > 0 && warnings.every((each: string) => each.endsWith(warned)), `${warnings}`)
      }
      const path = await make(config(['trap'], { process: { capabilities } }))
      const bad = await make(config([], { process: { capabilities, args: ['nowhere'] } }))
      one(await logged(`${bad}/log`, ['create', '--bundle', bad, 'refused']), 1, 'executable file not found')
      const made = await logged(`${path}/log`, ['create', '--bundle', path, 'warned'])
      assert.equal([made.code, made.stderr, made.lines.length], [0, '', 2])
      for (const line of made.lines) assert.is(JSON.parse(line).level, 'warning')
      succeeded(await aside(ocits)(['start', 'warned']))
      const exec = ['exec', '--detach', '--cap', 'CAP_NEW', 'warned']
      one(await logged(`${path}/exec.log`, [...exec, 'nowhere']), 255, 'executable file not found')
      succeeded(await aside(ocits)(['delete', '--force', 'warned']))
    },
  )
}

test.run()
