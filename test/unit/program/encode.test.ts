import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { encode } from '../../../src/program/encode.ts'
import { format } from '../../../src/program/format.gen.ts'
import { headerSize } from '../../../src/program/format.ts'
import { placeholder, type Step } from '../../../src/step/step.ts'
import { stepTable } from '../../../src/step/table.ts'

const index = (op: keyof typeof stepTable) => Object.keys(stepTable).indexOf(op)
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const args = (step: Step) => encode([step]).subarray(headerSize + 8)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const u32 = (...values: number[]) => hex(new Uint8Array(new Uint32Array(values).buffer))
const hostname = (name: string): Step => ({ op: 'hostname', actor: 'init', pointer: '/hostname', name })
const user = (groups: number[]): Step => ({
  op: 'user',
  actor: 'init',
  pointer: '',
  uid: 1,
  gid: 2,
  groups,
  setgroups: true,
})
const limit = (soft: number | bigint): Step => ({
  op: 'prlimit',
  actor: 'parent',
  pointer: '',
  resource: 7,
  soft,
  hard: 0,
})

test('a header: magic, size, count, fault', () => {
  const bytes = encode([hostname('web'), { op: 'setsid', actor: 'init', pointer: '' }], undefined, 1)
  assert.is(Buffer.from(bytes.subarray(0, 8)).toString('latin1'), 'OCITS\0\0\u0001')
  const words = [8, 12, 16, 20].map((at) => view(bytes).getUint32(at, true))
  assert.equal(words, [bytes.length, 2, 1, format])
  assert.is(view(encode([])).getUint32(16, true), 0xffffffff)
})

test('a step: number, actor, size of its arguments', () => {
  const bytes = encode([{ op: 'fork', actor: 'init', pointer: '' }, limit(1)])
  const [first, second] = [headerSize, headerSize + 8]
  assert.is(view(bytes).getUint16(first, true), index('fork'))
  assert.is(bytes[first + 2], 1)
  assert.is(view(bytes).getUint32(first + 4, true), 0)
  assert.is(view(bytes).getUint16(second, true), index('prlimit'))
  assert.is(bytes[second + 2], 0)
  assert.is(view(bytes).getUint32(second + 4, true), 20)
  assert.is(bytes.length, second + 8 + 20)
})

for (const [what, step, expected] of [
  ['str', hostname('web'), `${u32(3)}77656200`],
  ['str of none', hostname(''), `${u32(0)}00`],
  ['str of other scripts', hostname('é€😀'), `${u32(9)}c3a9e282acf09f988000`],
  [
    'text with a placeholder',
    { op: 'keyring', actor: 'init', pointer: '', name: `_${placeholder.id}` },
    `${u32(3)}5f006900`,
  ],
  ['u32s and bool', user([5, 6]), u32(1, 2, 2, 5, 6, 1)],
  ['u32s of none', user([]), u32(1, 2, 0, 1)],
  ['u64 of a number', limit(2 ** 53 - 1), `${u32(7, 0xffffffff, 0x1fffff)}${u32(0, 0)}`],
  ['u64 of a bigint', limit(2n ** 64n - 1n), `${u32(7, 0xffffffff, 0xffffffff)}${u32(0, 0)}`],
  ['u64 with a low half above 2³¹', limit(0x1_8000_0001), `${u32(7, 0x80000001, 1)}${u32(0, 0)}`],
  ['texts', { op: 'join', actor: 'init', pointer: '', dirs: ['/a', ''] }, `${u32(2, 2)}2f6100${u32(0)}00`],
  [
    'bytes',
    { op: 'device_filter', actor: 'parent', pointer: '', dir: '', program: Uint8Array.of(1, 2, 3) },
    `${u32(0)}00${u32(3)}010203`,
  ],
  [
    'device: minor in the low half',
    {
      op: 'device',
      actor: 'init',
      pointer: '',
      path: '',
      type: 8192,
      device: { major: 8, minor: 3 },
      mode: 1,
      uid: 2,
      gid: 3,
    },
    `${u32(0)}00${u32(8192, 3, 8, 1, 2, 3)}`,
  ],
  ['caps', { op: 'bounding', actor: 'init', pointer: '', caps: 2 ** 40 + 1 }, u32(1, 256)],
] as const satisfies readonly (readonly [string, Step, string])[]) {
  test(`on the wire: ${what}`, () => assert.is(hex(args(step)), expected))
}

for (const before of [0, 1, 2, 3, 4, 5, 6, 7]) {
  test(`strs: its pointers are at a multiple of 8 after ${before} bytes`, () => {
    const bytes = encode([
      hostname('x'.repeat(before)),
      { op: 'executable', actor: 'init', pointer: '', paths: ['/a', '/bc'], early: false, caps: 0 },
    ])
    const start = headerSize + 8 + 4 + before + 1 + 8
    assert.is(view(bytes).getUint32(start, true), 2)
    assert.is(view(bytes).getUint32(start + 4, true), bytes.length - start - 8 - 12)
    const aligned = Math.ceil((start + 8) / 8) * 8
    assert.ok(bytes.subarray(start + 8, aligned + 24).every((byte) => byte === 0))
    assert.is(hex(bytes.subarray(aligned + 24)), `${u32(2)}2f6100${u32(3)}2f626300${'00'.repeat(12)}`)
  })
}

test('a program may be larger than its first buffer', () => {
  const name = 'é'.repeat(100_000)
  const bytes = encode([hostname(name), user(Array.from({ length: 5000 }, (_, i) => i)), hostname('last')])
  assert.is(view(bytes).getUint32(8, true), bytes.length)
  assert.is(Buffer.from(bytes.subarray(headerSize + 12, headerSize + 12 + 200_000)).toString(), name)
  assert.is(hex(bytes.subarray(-9)), `${u32(4)}6c61737400`)
})

test('there is room for numbers wherever the step begins', () => {
  const fork: Step = { op: 'fork', actor: 'init', pointer: '' }
  const index = { path: '', type: 8192, device: { major: 8, minor: 3 }, mode: 1, uid: 2, gid: 3 }
  for (let before = 2020; before < 2050; before++) {
    const forks = Array.from({ length: before }, () => fork)
    const bytes = encode([...forks, { op: 'device', actor: 'init', pointer: '', ...index }])
    assert.is(hex(bytes.subarray(-24)), u32(8192, 3, 8, 1, 2, 3))
  }
})

test('the C encoder goes first, if it exists', () => {
  const step = hostname('é€😀')
  const program = Uint8Array.of(1)
  assert.is(
    encode([step], (steps, _rows, fault) => (steps[0] === step && fault === 7 ? program : undefined), 7),
    program,
  )
  assert.equal(
    encode([step], () => undefined),
    encode([step]),
  )
})

for (const [what, step] of [
  ['NUL in a str', hostname('a\0i')],
  ['half of a surrogate pair', hostname('\ud800')],
  ['the halves in the wrong order', hostname('\udc00\ud800')],
  [
    'a half inside of strs',
    { op: 'executable', actor: 'init', pointer: '', paths: ['/a', '\udfff'], early: false, caps: 0 },
  ],
  ['NUL inside of strs', { op: 'executable', actor: 'init', pointer: '', paths: ['a\0b'], early: false, caps: 0 }],
  ['a number that is not exact', limit(2 ** 53)],
  ['a fraction', limit(0.5)],
  ['a negative number', limit(-1)],
  ['a negative bigint', limit(-1n)],
  ['more than 64 bits', limit(2n ** 64n)],
  ['more than 32 bits', user([2 ** 32])],
  ['a negative id', user([-1])],
  ['no number', user([Number.NaN])],
] as const satisfies readonly (readonly [string, Step])[]) {
  test(`refused: ${what}`, () => assert.throws(() => encode([step]), /^Error: step |^step /))
}

test.run()
