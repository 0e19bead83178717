import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { encodeMessage } from '../../../src/plan/criu_message.ts'
import { fieldsOf } from '../../fixtures/criu_message.ts'
import { hex } from '../cgroup/systemd/bytes.ts'

test('messages have the bytes of the examples of Protocol Buffers', () => {
  assert.is(hex(encodeMessage([[1, 150]])), '089601')
  assert.is(hex(encodeMessage([[2, 'testing']])), '120774657374696e67')
  assert.is(hex(encodeMessage([[3, [[1, 150]]]])), '1a03089601')
  assert.is(hex(encodeMessage([[16, true]])), '800101')
})

test('what is undefined or false is left out, zero and the empty string are not', () => {
  assert.is(
    hex(
      encodeMessage([
        [1, undefined],
        [2, false],
        [3, 0],
        [4, ''],
      ]),
    ),
    '18002200',
  )
  assert.is(encodeMessage([]).length, 0)
})

test('numbers up to 2 to the 32nd, and strings of any length and letters, come back', () => {
  const long = 'ä€😀'.repeat(100)
  const numbers = [0, 1, 127, 128, 16383, 16384, 0x40000000, 0xffffffff]
  const fields = fieldsOf(encodeMessage([...numbers.map((value) => [7, value] as const), [9, long]]))
  assert.equal(
    fields.slice(0, -1),
    numbers.map((value) => [7, value]),
  )
  assert.is(Buffer.from(fields.at(-1)?.[1] as Uint8Array).toString('utf8'), long)
})

test.run()
