import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../../src/failure.ts'
import { checkId, isContainerId } from '../../../src/machine/id.ts'

test('ids that engines give', () => {
  for (const id of ['a', 'web-1', 'A_b+c.d', '.hidden', '...', '0', 'x'.repeat(255)]) assert.ok(isContainerId(id), id)
})

test('ids that would be paths, flags, lines or leftovers', () => {
  const bad = [
    '.',
    '..',
    '/',
    'a/b',
    'a b',
    'a\nb',
    'a\0b',
    '\x1b[1m',
    'é',
    '-x',
    '--',
    '.del-a-1',
    '@',
    '[',
    '`',
    '{',
    ':',
    'x'.repeat(256),
  ]
  for (const id of bad) {
    assert.not.ok(isContainerId(id), JSON.stringify(id))
    assert.throws(
      () => checkId(id),
      (failure: unknown) => failure instanceof UsageError && failure.message === 'invalid container ID format',
    )
  }
  assert.throws(() => checkId(''), 'container id cannot be empty')
})

test.run()
