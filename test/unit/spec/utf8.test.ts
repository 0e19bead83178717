import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { getUtf8, putUtf8 } from '../../../src/spec/utf8.ts'

const texts = [
  '',
  'plain',
  'é',
  'aé',
  '߿ࠀ',
  '€',
  '\ud7ff\ue000\uffff',
  '😀',
  'a😀b',
  '\u{10ffff}',
  'x'.repeat(999),
  '\0i',
]

for (const text of texts) {
  test(`UTF-8 of ${JSON.stringify(text.slice(0, 9))}, encoded and decoded`, () => {
    const bytes = new Uint8Array(3 * text.length + 2)
    const end = putUtf8(bytes, 1, text)
    assert.equal(Buffer.from(bytes.subarray(1, end)), Buffer.from(text))
    assert.is(getUtf8(bytes.subarray(1, end)), text)
  })
}

test('without room it returns nothing', () => {
  assert.is(putUtf8(new Uint8Array(3), 1, 'abc'), -1)
  assert.is(putUtf8(new Uint8Array(4), 1, 'abc'), 4)
  assert.is(putUtf8(new Uint8Array(3), 0, '€€'), -1)
})

for (const [what, bytes] of [
  ['a byte alone', [0x80]],
  ['overlong NUL', [0xc0, 0x80]],
  ['overlong slash', [0xe0, 0x80, 0xaf]],
  ['overlong in four', [0xf0, 0x80, 0x80, 0x80]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['cut', [0xe2, 0x82]],
  ['no such byte', [0xff]],
] as const) {
  test(`no UTF-8: ${what}`, () => {
    assert.is(getUtf8(Uint8Array.of(...bytes)), '\ufffd'.repeat(bytes.length))
    assert.is(getUtf8(Uint8Array.of(0x61, ...bytes, 0x62)), `a${'\ufffd'.repeat(bytes.length)}b`)
  })
}

test.run()
