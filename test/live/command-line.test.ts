import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { run } from '../harness/run.ts'

/** The build asks git for the commit. */
// The build asks git(1).
const isClone = existsSync(new URL('../../.git', import.meta.url)) && spawnSync('git', ['--version']).status === 0

const root = '/run/ocits-command-line'
const folder = mkdtempSync('/tmp/ocits-command-line.')
test.after(() => rmSync(folder, { recursive: true }))

/** Wrong command lines: the exit code, and the message. */
const wrong: Readonly<Record<string, readonly [code: number, words: string]>> = {
  '': [1, 'no command (see ocits help)'],
  'create --nothing ID': [1, 'flag provided but not defined: --nothing (see ocits help create)'],
  'create --bundle': [1, 'flag needs an argument: --bundle (see ocits help create)'],
  'run --detach=maybe ID': [1, 'invalid boolean value "maybe" for --detach: true or false (see ocits help run)'],
  start: [1, '"start" requires exactly 1 argument(s): ID (see ocits help start)'],
  'delet ID': [1, 'unknown command "delet" (did you mean delete? see ocits help)'],
  'info --help': [1, 'unknown command "info" (see ocits help)'],
  'help info': [3, "No help topic for 'info' (see ocits help)"],
}

for (const binding of bindings) {
  live(`${binding.name}: the error of a wrong command line has one line, on stderr and in the log`, async () => {
    const ocits = runtime(binding, root)
    // Node starts slowly and has the same messages, so three command lines are enough.
    const some = Object.entries(wrong).slice(0, binding.name === 'node' ? 3 : undefined)
    for (const [text, [code, words]] of some) {
      const args = text === '' ? [] : text.split(' ')
      const plain = await aside(ocits)(args)
      assert.equal([plain.code, plain.stdout, plain.stderr], [code, '', `ocits: ${words}\n`], text)
      const log = `${folder}/${binding.name}.log`
      const told = await ocits(['--log', log, '--log-format', 'json', ...args])
      assert.equal([told.code, told.stdout, told.stderr], [code, '', `ocits: ${words}\n`], text)
      const { level, msg } = JSON.parse(readFileSync(log, 'utf8'))
      assert.equal([level, msg], ['error', words], text)
      rmSync(log)
    }
    assert.not.ok(existsSync(root), 'nothing was made')
  })

  live(`${binding.name}: --version prints what containerd and docker look for`, async () => {
    const commit = binding.name === 'node' || !isClone ? '' : 'commit: [0-9a-f]{40}(-dirty)?\\n'
    for (const flag of ['--version', '-v']) {
      const { code, stdout, stderr } = await runtime(binding, root)([flag])
      assert.equal([code, stderr], [0, ''])
      assert.match(stdout, new RegExp(`^ocits version \\d+\\.\\d+\\.\\d+\\n${commit}spec: \\d+\\.\\d+\\.\\d+\\n$`))
    }
  })

  live(`${binding.name}: --debug tells the steps of the plan, in the log or on stderr`, async () => {
    const ocits = runtime(binding, root)
    const quick = aside(ocits)
    const bundle = await make(config(['id']))
    const log = `${folder}/${binding.name}.debug.log`
    const steps = ['claim ', 'spawn ', 'exec ']
    const quiet = await quick(['run', '--bundle', bundle, 'told'])
    const loud = await ocits(['--debug', 'run', '--bundle', bundle, 'told'])
    const filed = await ocits(['--debug', '--log', log, '--log-format', 'json', 'run', '--bundle', bundle, 'told'])
    for (const { code, stdout } of [quiet, loud, filed]) assert.equal([code, stdout], [0, quiet.stdout])
    assert.equal([quiet.stderr, filed.stderr], ['', ''])
    const lines = loud.stderr.trimEnd().split('\n')
    assert.ok(lines.every((line) => line.startsWith('ocits: debug: ')))
    const entries = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(entries.every(({ level }) => level === 'debug'))
    for (const step of steps) {
      assert.ok(lines.some((line) => line.includes(step)))
      assert.ok(entries.some(({ msg }) => msg.includes(step)))
    }
    rmSync(log)
    rmSync(root, { recursive: true })
  })

  live(`${binding.name}: help has the width of the environment or the terminal, otherwise 80 columns`, async () => {
    const [command = '', ...before] = binding.command
    const widest = async (words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const { code, stdout, stderr } = await run(words, { env: { PATH: process.env.PATH ?? '', ...env } })
      assert.equal([code, stderr], [0, ''])
      assert.ok(stdout.includes('--root DIR'), stdout)
      return Math.max(...stdout.split('\n').map((line) => line.trimEnd().length))
    }
    const help = [command, ...before, '--help']
    const onTerminal = (columns: number) => [
      'script',
      '-qec',
      `stty cols ${columns}; exec ${help.join(' ')}`,
      '/dev/null',
    ]
    const between = (width: number, most: number) =>
      assert.ok(width > most - 12 && width <= most, `${width} of ${most}`)
    between(await widest(help), 80)
    between(await widest(onTerminal(60)), 60)
    between(await widest(onTerminal(100), { COLUMNS: '70' }), 70)
  })
}

test.run()
