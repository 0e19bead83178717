import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'
import { encode } from '../../src/program/encode.ts'
import { format } from '../../src/program/format.gen.ts'
import { headerSize } from '../../src/program/format.ts'
import type { Step } from '../../src/step/step.ts'
import { type Kind, type StepRow, stepTable } from '../../src/step/table.ts'
import { compileWith } from '../harness/compile.ts'
import { patience } from '../harness/patience.ts'

/** The parent's walk: the dispatchers are next to the decoders, and name every step. */
const sources = ['wire', 'shared', 'parent'].flatMap((folder) => filesOf(`native/${folder}`, '.c'))
const binary = compileWith('decoder', sources)

/**
 * For each program whether the native side accepts it: `1`, or `0` with the step and the argument that it refuses. Any report of the
 * sanitizers fails.
 */
function answers(programs: readonly Uint8Array[]): string[] {
  const input = Buffer.concat(
    programs.flatMap((program) => {
      const size = Buffer.alloc(4)
      size.writeUInt32LE(program.length)
      return [size, program]
    }),
  )
  const child = spawnSync(binary, { input, timeout: 100_000 * patience(), maxBuffer: 1 << 26 })
  assert.is(child.status, 0, child.stderr.toString())
  return child.stdout.toString().trimEnd().split('\n')
}

const verdicts = (programs: readonly Uint8Array[]): boolean[] => answers(programs).map((line) => line === '1')

const samples: Record<Kind, unknown> = {
  str: 'a string',
  text: 'state of \0i',
  strs: ['one', '', 'three'],
  texts: ['/sys/fs/cgroup/\0i', '/x'],
  bytes: new Uint8Array([1, 2, 3]),
  u32: 7,
  u32s: [1, 2, 3],
  u64: 2n ** 63n,
  bool: true,
  mode: 0o755,
  node: 0o020000,
  namespaces: 0x20000000,
  attrs: 14,
  cleared: 2,
  rattrs: 1,
  rcleared: 1,
  propagation: 0x80000,
  caps: 2n ** 40n,
  device: { major: 1, minor: 3 },
  signal: 9,
  rlimit: 7,
  fills: 0,
  slot: 2, // three steps fill one
}

/** The values that each kind forbids; the others permit every value of their size. */
const forbidden: Partial<Record<Kind, unknown>> = {
  text: 'of nobody: \0z',
  texts: ['/x', 'cut: \0'],
  bool: 2,
  mode: 0o10000,
  node: 0o100000,
  namespaces: 0x20000001,
  attrs: 0x400,
  cleared: 0x400000,
  rattrs: 2n ** 40n,
  rcleared: 0x100,
  propagation: 1,
  caps: 2n ** 41n,
  device: { major: 0x1000, minor: 0 },
  signal: 128,
  rlimit: 16,
  fills: 4, // as many steps fill one, each a slot of its own
  slot: 4,
}

/** Every step of the table with each of its actors, so that every decoder is used. */
const everything: Step[] = Object.entries(stepTable as Record<string, StepRow>).flatMap(([op, row]) =>
  row.actors.map((actor) => {
    const args = Object.entries(row.args).map(([name, kind]) => [name, samples[kind]])
    return { op, actor, pointer: '', ...Object.fromEntries(args) } as Step
  }),
)

/** xorshift32: the same mutations each time. */
function randomly(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const whole = encode(everything).slice()

test('a program of every step is accepted', () => {
  assert.equal(verdicts([whole]), [true])
})

test('every proper prefix is refused', () => {
  const prefixes = Array.from({ length: whole.length }, (_, size) => whole.subarray(0, size))
  assert.is(verdicts(prefixes).indexOf(true), -1)
})

test('a prefix with a matching header is refused, too', () => {
  const prefixes = Array.from({ length: whole.length - 24 }, (_, n) => {
    const program = whole.slice(0, 24 + n)
    new DataView(program.buffer).setUint32(8, program.length, true)
    return program
  })
  assert.is(verdicts(prefixes).indexOf(true), -1)
})

test('bytes after the last step are refused', () => {
  const longer = new Uint8Array(whole.length + 4)
  longer.set(whole)
  new DataView(longer.buffer).setUint32(8, longer.length, true)
  assert.equal(verdicts([longer]), [false])
})

test('a value that the kind of its argument forbids is refused, and named', () => {
  const expected: string[] = []
  const programs: Uint8Array[] = []
  for (const [place, step] of everything.entries()) {
    const args = Object.entries((stepTable[step.op] as StepRow).args)
    for (const [number, [name, kind]] of args.entries()) {
      if (forbidden[kind] === undefined) continue
      const bad = { ...step, [name]: forbidden[kind] } as Step
      programs.push(encode(everything.map((each) => (each === step ? bad : each))).slice())
      expected.push(`0 ${place} ${number}`)
    }
  }
  assert.ok(programs.length > 100, `${programs.length}`)
  assert.equal(answers(programs), expected)
})

test('a string with NUL in it is refused, and named', () => {
  const step: Step = { op: 'hostname', actor: 'init', pointer: '', name: 'web' }
  const program = encode([step, step]).slice()
  program[program.length - 3] = 0
  assert.equal(answers([program]), ['0 1 0'])
})

test('a placeholder that only the parent can replace is refused for the init', () => {
  const keyring = (name: string): Uint8Array => encode([{ op: 'keyring', actor: 'init', pointer: '', name }]).slice()
  assert.equal(answers([keyring('\0i\0r\0p'), keyring('\0s')]), ['1', '0 0 0'])
})

test('more than the arguments of a step, a wrong actor, and an unknown step are refused, and named', () => {
  const program = encode([
    { op: 'concurrent', actor: 'parent', pointer: '' },
    { op: 'setsid', actor: 'init', pointer: '' },
  ]).slice()
  const patched = (at: number, value: number) => program.map((byte, i) => (i === at ? value : byte))
  const longer = new Uint8Array([...program, 0])
  new DataView(longer.buffer).setUint32(8, longer.length, true)
  longer[headerSize + 8 + 4] = 1
  const at = headerSize + 8 // the second step begins here
  const others = [patched(at + 2, 0), patched(at + 2, 2), patched(at + 3, 1), patched(at + 1, 1)]
  assert.equal(answers([program, longer, ...others]), ['1', '0 1 0', ...others.map(() => '0 1 -1')])
})

test('a program of another version, or of another table of steps, is refused', () => {
  const program = whole.slice()
  new DataView(program.buffer).setUint32(20, format ^ 1, true)
  assert.equal(answers([program]), ['0 0 -1'])
})

test('mutated programs are accepted or refused, and never read beyond their end', () => {
  const random = randomly(20)
  const mutants = Array.from({ length: 20_000 }, () => {
    const mutant = whole.slice()
    for (let n = 1 + random(4); n > 0; n--)
      mutant[24 + random(mutant.length - 24)] = random(3) === 0 ? 0xff : random(256)
    return mutant
  })
  const taken = verdicts(mutants).filter(Boolean).length
  assert.ok(taken > 0 && taken < mutants.length, `${taken} of ${mutants.length} taken`)
})

test.run()
