import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile, split } from '../../../src/program/compile.ts'
import { encode } from '../../../src/program/encode.ts'
import { format } from '../../../src/program/format.gen.ts'
import type { Step } from '../../../src/step/step.ts'

const steps: Step[] = [
  { op: 'hostname', actor: 'init', pointer: '/hostname', name: 'é€😀' },
  { op: 'exec', actor: 'init', pointer: '/process/args', args: ['/bin/sh', '-c', 'echo hi'], env: ['A=1'] },
]

test('a compiled program is the program, then its labels', () => {
  const parts = split(compile(steps))
  if (typeof parts === 'string') throw new Error(parts)
  assert.equal(parts.program, encode(steps))
  assert.equal(parts.labels(), [
    ['/hostname', 'é€😀'],
    ['/process/args', "/bin/sh -c 'echo hi'"],
  ])
})

const changed = (...bytes: readonly [at: number, value: number][]) => {
  const file = compile(steps).slice()
  for (const [at, value] of bytes) file[at] = value
  return file
}

const longer = new Uint8Array([...compile(steps), 0x20])

for (const [what, file, why] of [
  ['nothing', new Uint8Array(), 'no program'],
  ['a text', new TextEncoder().encode('#!/bin/sh\necho this is no program at all\n'), 'no program'],
  ['another magic', changed([7, 2]), 'no program'],
  ['another version', changed([20, (format & 0xff) ^ 1]), 'another version'],
  ['a program without its last byte', compile(steps).subarray(0, -1), 'cut'],
  ['a program that is cut', compile(steps).subarray(0, 60), 'cut'],
  ['a program that has its header alone', compile(steps).subarray(0, 24), 'cut'],
  ['a program that has less than its header', compile(steps).subarray(0, 23), 'cut'],
  ['a program with a byte too many', longer, 'cut'],
  ['a size below the header', compile([]).map((byte, at) => (at === 8 ? 23 : byte)), 'cut'],
] as const) {
  test(`no compiled program: ${what}`, () => assert.is(split(file), why))
}

test('invalid labels are ignored', () => {
  for (const text of ['[["", 1]]', '{}', '[[""]]', '[['] as const) {
    const program = encode(steps)
    const file = new Uint8Array([...program, text.length, 0, 0, 0, ...new TextEncoder().encode(text)])
    const parts = split(file)
    assert.equal(typeof parts === 'string' ? parts : parts.labels(), [])
  }
})

test.run()
