import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { durationOf } from '../../../src/cli/duration.ts'

test('durations as Go writes them', () => {
  const right: readonly (readonly [string, number])[] = [
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['2.s', 2000],
    ['250us', 0.25],
    ['250µs', 0.25],
    ['1ns', 1e-6],
    ['0', 0],
    ['0s', 0],
    ['-3s', -3000],
    ['+3s', 3000],
  ]
  for (const [text, milliseconds] of right) assert.is(durationOf('interval', text), milliseconds, text)
})

test('anything else is refused with the words of runc', () => {
  for (const text of [
    '',
    '5',
    '5x',
    's',
    '.s',
    '1.2.3s',
    '5s3',
    '-',
    '1 s',
    '1S',
    '1e3s',
    'toString',
    'infinity',
    '--1s',
  ])
    assert.throws(
      () => durationOf('interval', text),
      (error: Error) =>
        error.message.startsWith(`invalid value ${JSON.stringify(text)} for flag -interval: parse error`),
      text,
    )
})

test.run()
