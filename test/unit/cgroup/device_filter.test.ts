import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deviceFilter } from '../../../src/cgroup/device_filter.ts'
import { type DeviceRule, deviceRules } from '../../../src/cgroup/device_rules.ts'

type Ask = { readonly type: 'b' | 'c'; readonly major: number; readonly minor: number; readonly access: string }

/** The few eBPF instructions of a filter, as the kernel executes them: 64-bit registers, and 32-bit operations clear the upper half. */
function run(program: Uint8Array, ask: Ask): number {
  const view = new DataView(program.buffer)
  const memory = [context(ask), ask.major, ask.minor]
  const r = new Array<bigint>(11).fill(0n)
  for (let at = 0, left = 10_000; left > 0; at++, left--) {
    const [opcode, registers] = [view.getUint8(8 * at), view.getUint8(8 * at + 1)]
    const [to, pointer] = [registers & 15, registers >> 4]
    const [offset, value] = [view.getInt16(8 * at + 2, true), view.getInt32(8 * at + 4, true)]
    const [low, word] = [BigInt.asUintN(32, r[to] ?? 0n), BigInt.asUintN(32, BigInt(value))]
    if (opcode === 0x61) r[to] = BigInt(memory[offset / 4] ?? Number.NaN)
    else if (opcode === 0xbc) r[to] = BigInt.asUintN(32, r[pointer] ?? 0n)
    else if (opcode === 0xb7) r[to] = BigInt(value)
    else if (opcode === 0x54) r[to] = low & word
    else if (opcode === 0x74) r[to] = low >> word
    else if (opcode === 0x05) at += offset
    else if (opcode === 0x56) at += low !== word ? offset : 0
    else if (opcode === 0x46) at += (low & word) !== 0n ? offset : 0
    else if (opcode === 0x95) return Number(r[0])
    else throw new Error(`opcode ${opcode} at ${at}`)
  }
  throw new Error('does not end')
}

function context({ type, access }: Ask): number {
  const bits = (access.includes('m') ? 1 : 0) | (access.includes('r') ? 2 : 0) | (access.includes('w') ? 4 : 0)
  return ((bits << 16) | (type === 'b' ? 1 : 2)) >>> 0
}

/** The last rule about an access decides. */
function expected(rules: readonly DeviceRule[], ask: Ask): number {
  const granted = [...ask.access].every((letter) => {
    const about = rules.filter(
      (rule) =>
        (rule.type === 'a' || rule.type === ask.type) &&
        (rule.major ?? ask.major) === ask.major &&
        (rule.minor ?? ask.minor) === ask.minor &&
        rule.access.includes(letter),
    )
    return about.at(-1)?.allow === true
  })
  return granted ? 1 : 0
}

// xorshift: the same numbers each time.
let seed = 20261122
function random(below: number): number {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) % below
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
const accesses = ['r', 'w', 'm', 'rw', 'rm', 'wm', 'rwm']

function randomRule(): DeviceRule {
  const number = () => pick([undefined, 0, 1, 5, 4_294_967_295])
  const type = pick(['a', 'b', 'c'] as const)
  return { pointer: '', allow: random(2) === 1, type, major: number(), minor: number(), access: pick(accesses) }
}

function* asks(): Generator<Ask> {
  for (const type of ['b', 'c'] as const)
    for (const major of [0, 1, 5, 4_294_967_295])
      for (const minor of [0, 1, 6]) for (const access of accesses) yield { type, major, minor, access }
}

test('a filter decides as its rules do', () => {
  let allowed = 0
  for (let round = 0; round < 300; round++) {
    const rules = Array.from({ length: random(9) }, randomRule)
    const program = deviceFilter(rules)
    for (const ask of asks()) {
      const verdict = expected(rules, ask)
      allowed += verdict
      assert.is(run(program, ask), verdict, JSON.stringify({ rules, ask }))
    }
  }
  assert.ok(allowed > 1000, 'some are allowed')
})

for (const [what, ask, verdict] of [
  ['null may be used', { type: 'c', major: 1, minor: 3, access: 'rw' }, 1],
  ['any node may be made', { type: 'b', major: 8, minor: 0, access: 'm' }, 1],
  ['a disk may not be read', { type: 'b', major: 8, minor: 0, access: 'r' }, 0],
  ['a block device 1:3 is not null', { type: 'b', major: 1, minor: 3, access: 'r' }, 0],
  ['pts of any number', { type: 'c', major: 136, minor: 77, access: 'rw' }, 1],
  ['not the console of the host', { type: 'c', major: 5, minor: 1, access: 'r' }, 0],
] as const) {
  test(`by default: ${what}`, () => assert.is(run(deviceFilter(deviceRules([])), ask), verdict))
}

test('no code follows a rule about everything, because the verifier refuses unreachable code', () => {
  const all = deviceRules([{ allow: true, access: 'rwm' }])
  assert.is(deviceFilter(all).length, 8 * 8)
  assert.is(deviceFilter([...deviceRules([{ allow: false, type: 'c', access: 'r' }]), ...all]).length, 8 * 8)
})

test('if a rule covers a part of the access, the other rules decide on the rest', () => {
  const rules = deviceRules([
    { allow: true, type: 'c', major: 9, access: 'r' },
    { allow: true, type: 'c', major: 9, access: 'w' },
  ])
  assert.is(run(deviceFilter(rules), { type: 'c', major: 9, minor: 0, access: 'rw' }), 1)
})

test.run()
