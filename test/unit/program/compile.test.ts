import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile, split } from '../../../src/program/compile.ts'
import { encode } from '../../../src/program/encode.ts'
import type { Step } from '../../../src/step/step.ts'

const steps: Step[] = [
  { op: 'hostname', hand: 'init', from: '/hostname', name: 'é€😀' },
  { op: 'exec', hand: 'init', from: '/process/args', args: ['/bin/sh', '-c', 'echo hi'], env: ['A=1'] },
]

test('a compiled program is the program, then its labels', () => {
  const file = compile(steps)
  const parts = split(file)
  assert.equal(parts?.program, encode(steps))
  assert.equal(parts?.labels(), [
    ['/hostname', 'é€😀'],
    ['/process/args', "/bin/sh -c 'echo hi'"],
  ])
})

for (const [what, file] of [
  ['nothing', new Uint8Array()],
  ['a text', new TextEncoder().encode('#!/bin/sh\necho this is no program at all\n')],
  ['a program that is cut', compile(steps).subarray(0, 60)],
  ['another version', compile(steps).map((byte, at) => (at === 7 ? 2 : byte))],
  ['a size below the header', compile([]).map((byte, at) => (at === 8 ? 23 : byte))],
] as const) {
  test(`no compiled program: ${what}`, () => assert.is(split(file), undefined))
}

test.run()
