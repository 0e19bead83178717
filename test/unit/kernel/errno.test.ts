import { constants } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errno } from '../../../src/kernel/errno.ts'

test('every error of libc is known by its number', () => {
  const seconds = ['EWOULDBLOCK', 'ENOTSUP']
  for (const [name, number] of Object.entries(constants.errno)) {
    if (!seconds.includes(name)) assert.is(errno(number).name, name)
  }
})

test('the messages are those of libc', () => {
  assert.equal(errno(2), { name: 'ENOENT', text: 'no such file or directory' })
  assert.equal(errno(1), { name: 'EPERM', text: 'operation not permitted' })
  assert.equal(errno(22), { name: 'EINVAL', text: 'invalid argument' })
  assert.equal(errno(16), { name: 'EBUSY', text: 'device or resource busy' })
  assert.equal(errno(28), { name: 'ENOSPC', text: 'no space left on device' })
  assert.equal(errno(40), { name: 'ELOOP', text: 'too many levels of symbolic links' })
})

test('an unknown error number stays a number', () => {
  assert.equal(errno(4095), { name: 'errno 4095', text: 'unknown error' })
})

test.run()
