import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { coverage as lines } from './coverage.ts'
import { publishedFields, testPublished } from './published.ts'

/** Objects of other platforms, and fields that only these have. */
const others = ['/freebsd', '/solaris', '/vm', '/windows', '/zos', '/process/commandLine', '/process/user/username']

const isBelow = (pointer: string, field: string) => pointer === field || pointer.startsWith(`${field}/`)

testPublished('every field of the published schema has its line, and nothing else has', () => {
  assert.equal(lines.map(({ pointer }) => pointer).sort(), publishedFields())
})

test('a line is a pointer and planned or ignored', () => {
  for (const { pointer, status } of lines) assert.ok(['planned', 'ignored'].includes(status), pointer)
})

test('fields of other platforms are ignored; every other ignored field has a reason', () => {
  for (const { pointer, status, note } of lines) {
    if (others.some((field) => isBelow(pointer, field))) assert.is(status, 'ignored', pointer)
    else if (status === 'ignored') assert.ok(note !== '', pointer)
  }
})

test.run()
