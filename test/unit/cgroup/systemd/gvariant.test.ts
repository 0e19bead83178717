import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { VariantError } from '../../../../src/cgroup/systemd/cursor.ts'
import { parseVariant } from '../../../../src/cgroup/systemd/gvariant.ts'
import { marshal, newOutput } from '../../../../src/cgroup/systemd/marshal.ts'
import type { Value } from '../../../../src/cgroup/systemd/value.ts'
import { newInput, unmarshal } from '../../../fixtures/bus_message.ts'
import { bytes, hex } from './bytes.ts'

/** A text, its type, and its bytes on the bus in a variant, as GLib 2.74 parses and marshals it. */
const parsed: readonly (readonly [text: string, signature: string, marshaled: string])[] = [
  ['1', 'i', '0169000001000000'],
  ['1.5', 'd', '0164000000000000000000000000f83f'],
  ['true', 'b', '0162000001000000'],
  ["'a'", 's', '01730000010000006100'],
  ['uint64 5', 't', '01740000000000000500000000000000'],
  ['@as []', 'as', '0261730000000000'],
  ["['a','b']", 'as', '026173000e0000000100000061000000010000006200'],
  ['[1, 2]', 'ai', '02616900080000000100000002000000'],
  ['[1, 2.5]', 'ad', '0261640010000000000000000000f03f0000000000000440'],
  ['[uint16 1, 2]', 'aq', '026171000400000001000200'],
  ['[1, uint16 2]', 'aq', '026171000400000001000200'],
  ["b'abc'", 'ay', '026179000400000061626300'],
  ["b'\\001\\x'", 'ay', '0261790003000000017800'],
  ['<5>', 'v', '017600016900000005000000'],
  ["{'a': <1>}", 'a{sv}', '05617b73767d0000100000000000000001000000610001690000000001000000'],
  [
    "{1: 'b', uint16 2: 'c'}",
    'a{qs}',
    '05617b71737d00001a000000000000000100000001000000620000000000000002000000010000006300',
  ],
  ["('a', 1, <true>)", '(siv)', '05287369762900000100000061000000010000000162000001000000'],
  ["@a(ss) [('a','b')]", 'a(ss)', '05612873732900000e000000000000000100000061000000010000006200'],
  ["objectpath '/'", 'o', '016f0000010000002f00'],
  ["signature 'as'", 'g', '01670002617300'],
  ['byte 0x10', 'y', '01790010'],
  ['-5', 'i', '01690000fbffffff'],
  ['+5', 'i', '0169000005000000'],
  ['0x1f', 'i', '016900001f000000'],
  ['-017', 'i', '01690000f1ffffff'],
  ['int64 -9223372036854775808', 'x', '01780000000000000000000000000080'],
  ['uint64 18446744073709551615', 't', '0174000000000000ffffffffffffffff'],
  ['double 3', 'd', '01640000000000000000000000000840'],
  ["[['a'],[]]", 'aas', '03616173000000001000000006000000010000006100000000000000'],
  ["[@as [], ['b']]", 'aas', '03616173000000000e0000000000000006000000010000006200'],
  ["'\\U0001F600'", 's', '0173000004000000f09f988000'],
  ['"\\t\\\\"', 's', '0173000002000000095c00'],
  ['1e5', 'd', '016400000000000000000000006af840'],
  ['(1,)', '(i)', '032869290000000001000000'],
  [
    "[(1,'a'), (2, 'b')]",
    'a(is)',
    '05612869732900001a000000000000000100000001000000610000000000000002000000010000006200',
  ],
  ["[<1>, <'a'>]", 'av', '0261760012000000016900000100000001730000010000006100'],
  ['handle 3', 'h', '0168000003000000'],
  ['@ay [1, 2]', 'ay', '02617900020000000102'],
  ["@aay [b'a', b'']", 'aay', '03616179000000000d00000002000000610000000100000000'],
  [
    "@a{sa{sab}} {'k0': {'k0': []}, 'k1': {'k0': []}}",
    'a{sa{sab}}',
    '0a617b73617b7361627d7d003c000000020000006b3000000c00000000000000020000006b3000000000000000000000020000006b3100000c00000000000000020000006b30000000000000',
  ],
]

/** Texts that GLib refuses, too, or for which the bus has no type. */
const refused = [
  'byte 256',
  'uint32 -1',
  "[1, 'a']",
  '[]',
  '{}',
  '()',
  "'a",
  "objectpath 'a'",
  "signature 'z'",
  '1 2',
  'foo',
  '@z 1',
  'int32 1.5',
  "@i 'a'",
  '  [ 1 ,2 , ] ',
  '08',
  '',
  "'\\u0000'",
  "'\\ud8'",
  "b'é'",
  'just 5',
  'true false',
  '<5',
  '{1 2}',
  "{'a': 1",
  '@aa{vs} []',
  "@(ss) ('a',)",
  'uint16 65536',
  'int64 9223372036854775808',
  '0x',
  '1.2.3',
  `${'['.repeat(40)}${']'.repeat(40)}`,
]

function marshaled(value: Value): string {
  const out = newOutput()
  marshal(out, 'v', [value])
  return hex(out.bytes.subarray(0, out.size))
}

for (const [text, signature, expected] of parsed) {
  test(`${text} is ${signature}`, () => {
    const found = parseVariant(text)
    assert.is(found.signature, signature)
    assert.is(marshaled(found), expected)
    const [back] = unmarshal(newInput(bytes(expected), true), 'v')
    assert.is(marshaled(back ?? 0), expected)
  })
}

for (const text of refused) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(
      () => parseVariant(text),
      (error: unknown) => error instanceof VariantError && error.message !== '',
    )
  })
}

test('a type and a byte string of any length', () => {
  assert.throws(
    () => parseVariant(`@${'a'.repeat(500_000)}y []`),
    (error: unknown) => error instanceof VariantError && error.message === `not a type: "${'a'.repeat(40)}…"`,
  )
  assert.is((parseVariant(`b'${'x'.repeat(500_000)}'`).value as Uint8Array).length, 500_001)
})

test('64-bit integers are exact', () => {
  assert.equal(parseVariant('uint64 18446744073709551615').value, 2n ** 64n - 1n)
  assert.equal(parseVariant('uint64 9007199254740991').value, 9007199254740991)
})

test.run()
