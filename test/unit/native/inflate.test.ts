import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { constants, deflateRawSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patience } from '../../harness/patience.ts'

const binary = 'build/test/inflate'
mkdirSync('build/test', { recursive: true })
execFileSync(
  'gcc',
  ['-std=gnu17', '-O1', '-g', '-Inative', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'].concat([
    'test/unit/native/inflate.c',
    'native/engine/inflate.c',
    '-o',
    binary,
  ]),
  { stdio: 'inherit', timeout: 120_000 * patience() },
)

type Packed = { readonly packed: Uint8Array; readonly size: number }

/** The result of our inflate for each; any report of the sanitizers fails. */
function answers(all: readonly Packed[]): string[] {
  const input = Buffer.concat(
    all.flatMap(({ packed, size }) => {
      const head = Buffer.alloc(8)
      head.writeUInt32LE(packed.length)
      head.writeUInt32LE(size, 4)
      return [head, packed]
    }),
  )
  const child = spawnSync(binary, { input, timeout: 100_000 * patience(), maxBuffer: 1 << 26 })
  assert.is(child.status, 0, child.stderr.toString())
  return child.stdout.toString().trimEnd().split('\n')
}

const sum = (bytes: Uint8Array) => bytes.reduce((found, byte) => (Math.imul(found, 31) + byte) >>> 0, 0)

const text = readFileSync('package-lock.json')
const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 2654435761) >>> 23)
const samples = [text, noise, new Uint8Array(70_000), Uint8Array.of(7), new Uint8Array()]

test('data that zlib compresses is restored, with each of its strategies', () => {
  const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_DEFAULT_STRATEGY } = constants
  for (const strategy of [Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_DEFAULT_STRATEGY])
    for (const level of [0, 1, 9]) {
      const packed = samples.map((bytes) => ({
        packed: deflateRawSync(bytes, { level, strategy }),
        size: bytes.length,
      }))
      assert.equal(
        answers(packed),
        samples.map((bytes) => `ok ${sum(bytes)}`),
      )
    }
})

test('data that is cut, too long or too short is refused', () => {
  const packed = deflateRawSync(text.subarray(0, 2000))
  const cut = Array.from({ length: packed.length - 1 }, (_, n) => ({ packed: packed.subarray(0, n), size: 2000 }))
  assert.is(
    answers(cut).some((answer) => answer !== 'bad'),
    false,
  )
  const sized = [1999, 2001].map((size) => ({ packed, size }))
  assert.equal(answers(sized), ['bad', 'bad'])
})

test('mutants do no harm', () => {
  const packed = deflateRawSync(text.subarray(0, 4000), { level: 9 })
  const mutants = Array.from({ length: 4000 }, (_, n) => {
    const mutant = Uint8Array.from(packed)
    mutant[(n * 7919) % mutant.length] = (n * 31) & 255
    return { packed: mutant, size: 4000 }
  })
  assert.ok(answers(mutants).includes('bad'))
})

test.run()
