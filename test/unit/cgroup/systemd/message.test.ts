import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hello, startTransientUnit } from '../../../../src/cgroup/systemd/calls.ts'
import { marshal, newOutput } from '../../../../src/cgroup/systemd/marshal.ts'
import { encodeCall } from '../../../../src/cgroup/systemd/message.ts'
import { type Property, typesOf, type Value, variant } from '../../../../src/cgroup/systemd/value.ts'
import { BusError, decodeMessage, messageSize, newInput, unmarshal } from '../../../fixtures/bus_message.ts'
import { bytes, hex } from './bytes.ts'

/** The message of libdbus, except for the flag: little endian, a call, version 1, no body, serial 1, 110 bytes of fields. */
const helloBytes = `
  6c 01 02 01  00000000  01000000  6e000000
  01 016f00 15000000 2f6f72672f667265656465736b746f702f44427573 00 0000
  06 017300 14000000 6f72672e667265656465736b746f702e44427573 00 000000
  02 017300 14000000 6f72672e667265656465736b746f702e44427573 00 000000
  03 017300 05000000 48656c6c6f 00 0000`

test('Hello, byte by byte', () => {
  assert.is(hex(encodeCall(hello, 1)), hex(bytes(helloBytes)))
})

const properties: readonly Property[] = [
  { name: 'Slice', value: variant('s', 'system.slice') },
  { name: 'Delegate', value: variant('b', true) },
  { name: 'PIDs', value: variant('au', [4242]) },
  { name: 'MemoryMax', value: variant('t', 2n ** 64n - 1n) },
  { name: 'DeviceAllow', value: variant('a(ss)', [['/dev/char/1:3', 'rwm']]) },
  { name: 'AllowedCPUs', value: variant('ay', Uint8Array.of(5)) },
]

/** The body as GLib 2.74 marshals it. */
const startBytes = `
  0e000000 646f636b65722d312e73636f7065 00 00
  07000000 7265706c616365 00
  d1000000 00000000
    05000000 536c696365 00 017300 000000 0c000000 73797374656d2e736c696365 00 000000 00000000
    08000000 44656c6567617465 00 016200 01000000 00000000
    04000000 50494473 00 02617500 000000 04000000 92100000
    09000000 4d656d6f72794d6178 00 017400 00000000 000000 ffffffffffffffff
    0b000000 446576696365416c6c6f77 00 056128737329 00 00 1c000000 00000000
      0d000000 2f6465762f636861722f313a33 00 0000 03000000 72776d00 00000000
    0b000000 416c6c6f77656443505573 00 02617900 01000000 05
  000000 00000000`

test('StartTransientUnit, byte by byte', () => {
  const call = encodeCall(startTransientUnit('docker-1.scope', properties), 3)
  const body = hex(bytes(startBytes))
  assert.is(hex(call).slice(-body.length), body)
  const message = decodeMessage(call)
  assert.is(message.type, 'call')
  assert.is(message.serial, 3)
  assert.is(message.member, 'StartTransientUnit')
  assert.is(message.signature, 'ssa(sv)a(sa(sv))')
  assert.equal(
    message.body[2],
    properties.map(({ name, value }) => [name, value]),
  )
})

test('an error of a big-endian peer', () => {
  const error = bytes(`
    42 03 01 01  0000000b  00000002  00000039
    05 017500 00000007
    04 017300 00000014 6f72672e667265656465736b746f702e44427573 00 000000
    08 016700 017300 00
    0a 017300 00000000 00 00000000000000
    00000006 6e6f20776179 00`)
  const message = decodeMessage(error)
  assert.equal(
    [message.type, message.serial, message.replySerial, message.error, message.body],
    ['error', 2, 7, 'org.freedesktop.DBus', ['no way']],
  )
  assert.is(messageSize(error), error.length)
})

const call = encodeCall(startTransientUnit('a.scope', properties), 9)

test('the length of a message is known from its first 16 bytes', () => {
  for (let size = 0; size < 16; size++) assert.is(messageSize(call.subarray(0, size)), undefined)
  assert.is(messageSize(call.subarray(0, 16)), call.length)
})

const refused = (part: Uint8Array, what: string) =>
  assert.throws(
    () => decodeMessage(part),
    (error: unknown) => error instanceof BusError,
    what,
  )

test('a message that is cut, or too long, is refused', () => {
  for (let size = 1; size < call.length; size++) refused(call.subarray(0, size), `${size} bytes`)
  refused(Uint8Array.of(...call, 0), 'a byte more')
})

test('every change makes another message, or the message is refused', () => {
  let taken = 0
  for (let at = 0; at < call.length; at++)
    for (const value of [0, 1, 0x7f, 0xff]) {
      const changed = Uint8Array.from(call)
      changed[at] = value
      try {
        decodeMessage(changed)
        taken++
      } catch (error) {
        assert.instance(error, BusError, `${at} ${value}`)
      }
    }
  assert.ok(taken > 100)
})

test('absurd sizes', () => {
  const long = Uint8Array.from(call)
  long[7] = 0xff
  assert.throws(
    () => messageSize(long),
    (error: unknown) => error instanceof BusError,
  )
  assert.throws(
    () => messageSize(bytes('00'.repeat(16))),
    (error: unknown) => error instanceof BusError,
  )
})

const both: readonly (readonly [signature: string, value: Value, marshaled: string])[] = [
  ['y', 255, 'ff'],
  ['n', -2, 'feff'],
  ['q', 65535, 'ffff'],
  ['i', -2, 'feffffff'],
  ['u', 4294967295, 'ffffffff'],
  ['h', 3, '03000000'],
  ['x', -9007199254740993n, 'ffffffffffffdfff'],
  ['t', 2n ** 53n, '0000000000002000'],
  ['d', -1.5, '000000000000f8bf'],
  ['b', true, '01000000'],
  ['s', 'é', '02000000c3a900'],
  ['o', '/', '010000002f00'],
  ['g', 'ay', '02617900'],
  ['ay', Uint8Array.of(1, 2), '020000000102'],
  ['at', [], '0000000000000000'],
  ['(yt)', [1, 2], '01000000000000000200000000000000'],
  ['a{yv}', [[1, variant('s', '')]], '0900000000000000010173000000000000'],
]
for (const [signature, value, marshaled] of both) {
  test(`${signature}, encoded and decoded`, () => {
    const out = newOutput()
    marshal(out, signature, [value])
    assert.is(hex(out.bytes.subarray(0, out.size)), marshaled)
    assert.equal(unmarshal(newInput(bytes(marshaled), true), signature), [value])
  })
}

test('values of another type are a bug', () => {
  const wrong: readonly (readonly [string, Value])[] = [
    ['y', 256],
    ['u', -1],
    ['t', 2n ** 64n],
    ['n', 32768],
    ['b', 1],
    ['s', 'a\0b'],
    ['s', 1],
    ['g', 'z'],
    ['v', 'a'],
    ['ai', 'a'],
    ['ai', Uint8Array.of(1)],
    ['(ii)', [1]],
    ['z', 1],
  ]
  for (const [signature, value] of wrong) assert.throws(() => marshal(newOutput(), signature, [value]), /./, signature)
})

test('bytes that are no values', () => {
  const wrong = [
    'b 02000000',
    's 0100000061',
    's 010000006162',
    'ay 05000000',
    'ai 0300000000000000',
    'v 0000',
    'v 02616100',
  ]
  const deep = `v ${'017600'.repeat(80)}`
  for (const words of [...wrong, deep, 'at 0000000001000000']) {
    const [signature = '', digits = ''] = words.split(' ')
    const input = newInput(bytes(digits), true)
    assert.throws(
      () => unmarshal(input, signature),
      (error: unknown) => error instanceof BusError,
      words,
    )
  }
})

test('signatures', () => {
  assert.equal(typesOf('sa{sv}(ia(yy))v'), ['s', 'a{sv}', '(ia(yy))', 'v'])
  for (const signature of ['a', '(', '()', '{sv}', 'a{vs}', 'a{s}', 'a{sss}', '(i', 'z', 'i)']) {
    assert.is(typesOf(signature), undefined, signature)
  }
  // Valid Signatures: 255 bytes, 32 arrays and 32 structs in one another.
  const nested = (arrays: number, structs: number) =>
    `${'a'.repeat(arrays)}${'('.repeat(structs)}y${')'.repeat(structs)}`
  assert.is(typesOf('y'.repeat(255))?.length, 255)
  assert.is(typesOf(nested(32, 32))?.length, 1)
  assert.is(typesOf(`${'a{s'.repeat(32)}y${'}'.repeat(32)}`)?.length, 1)
  const tooDeep = `${'a{s'.repeat(31)}${nested(0, 2)}${'}'.repeat(31)}`
  for (const signature of ['y'.repeat(256), nested(33, 0), nested(0, 33), tooDeep, nested(500_000, 0)])
    assert.is(typesOf(signature), undefined, signature.slice(0, 300))
})

test.run()
