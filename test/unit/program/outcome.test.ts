import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../../src/program/outcome.ts'

const i32 = (...values: number[]) => Buffer.from(new Int32Array(values).buffer)
const text = (words: string) => Buffer.concat([i32(Buffer.byteLength(words)), Buffer.from(words)])
// At an odd offset of another buffer, because bytes from C arrive this way.
const bytes = (...parts: Buffer[]) => new Uint8Array([7, ...Buffer.concat(parts)]).subarray(1)

const success = bytes(i32(-1, 0, 4711, -1), i32(-1, 3, 0, 0), text(''), i32(0))

test('nothing failed', () => {
  assert.equal(decode(success), {
    index: undefined,
    errno: 0,
    pid: 4711,
    exitStatus: undefined,
    startTime: 3 * 2 ** 32 + 0xffffffff,
    afterStart: false,
    reason: 0,
    detail: '',
    notes: [],
  })
})

test('a step failed, and another is a note', () => {
  const found = decode(bytes(i32(0, 2, 0, 137), i32(5, 0, 1, 2), text('usr/bin/é'), i32(1), i32(9, 13), text('why')))
  assert.equal(found, {
    index: 0,
    errno: 2,
    pid: 0,
    exitStatus: 137,
    startTime: 5,
    afterStart: true,
    reason: 2,
    detail: 'usr/bin/é',
    notes: [{ index: 9, errno: 13, detail: 'why' }],
  })
})

test('every cut of an outcome is refused', () => {
  const whole = bytes(i32(0, 2, 0, 137), i32(5, 0, 1, 2), text('detail'), i32(1), i32(9, 13), text('why'))
  decode(whole)
  for (let size = 0; size < whole.length; size++) assert.throws(() => decode(whole.subarray(0, size)))
})

test('an outcome that is too long is refused', () => assert.throws(() => decode(bytes(Buffer.from(success), i32(0)))))

test.run()
