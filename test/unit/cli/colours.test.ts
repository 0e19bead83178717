import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { painted, paintOf } from '../../../src/cli/colours.ts'

const on = (columns: number, variables: Readonly<Record<string, string>> = {}) => ({
  columns: () => columns,
  env: (name: string) => variables[name] ?? -2,
})

test('a terminal has colours; a pipe, a dumb terminal and NO_COLOR have none', () => {
  assert.is(paintOf(on(80), 1)('red', 'x'), '\x1b[31mx\x1b[0m')
  assert.is(paintOf(on(0, { NO_COLOR: '' }), 1)('bold', 'x'), '\x1b[1mx\x1b[0m')
  for (const plain of [on(-25), on(80, { NO_COLOR: '1' }), on(80, { TERM: 'dumb' })])
    assert.is(paintOf(plain, 1)('red', 'x'), 'x')
  assert.is(paintOf(on(80), 1)('red', ''), '')
})

test('each stream is checked separately', () => {
  const native = { ...on(80), columns: (fd: number) => (fd === 2 ? 80 : -25) }
  assert.is(paintOf(native, 1)('red', 'x'), 'x')
  assert.is.not(paintOf(native, 2)('red', 'x'), 'x')
})

test('the name of the program and the place in the config have a colour', () => {
  const lines = [
    'ocits: config.json#/mounts/3: bind /data on /srv: ENOENT',
    'ocits: warning: config.json#/linux: ignored',
    'ocits: container does not exist: web',
    'exec: not ours',
    '',
  ].join('\n')
  assert.is(
    painted(on(80), lines),
    [
      '\x1b[31mocits:\x1b[0m \x1b[36mconfig.json#/mounts/3\x1b[0m: bind /data on /srv: ENOENT',
      '\x1b[33mocits: warning:\x1b[0m \x1b[36mconfig.json#/linux\x1b[0m: ignored',
      '\x1b[31mocits:\x1b[0m container does not exist: web',
      'exec: not ours',
      '',
    ].join('\n'),
  )
  assert.is(painted(on(-25), lines), lines)
})

test.run()
