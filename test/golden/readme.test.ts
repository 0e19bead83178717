import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

test('the plan in README.md is that of bundles/hello', () => {
  const plan = readFileSync('bundles/hello/plan.txt', 'utf8').trimEnd()
  assert.ok(readFileSync('README.md', 'utf8').includes(plan))
})

test.run()
