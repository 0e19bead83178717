import { statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

test('the static binary has at most 1.5 MB', () => {
  const { size } = statSync('dist/ocits')
  assert.ok(size <= 1.5 * 2 ** 20, `${size} bytes`)
})

test.run()
