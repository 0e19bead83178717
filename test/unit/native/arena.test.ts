import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patience } from '../../harness/patience.ts'

const binary = 'build/test/arena'
mkdirSync('build/test', { recursive: true })
const quickjs = process.env.QUICKJS_SRC || `build/${readdirSync('build').find((name) => /^quickjs-\d/.test(name))}`
const flags = [
  '-std=gnu17',
  '-O1',
  '-g',
  '-Inative',
  '-isystem',
  quickjs,
  '-fsanitize=undefined',
  '-fno-sanitize-recover=all',
]
const sources = ['test/unit/native/arena.c', 'native/engine/arena.c']
execFileSync('gcc', [...flags, ...sources, '-o', binary], { stdio: 'inherit', timeout: 120_000 * patience() })

for (const seed of [1, 2, 3, 4]) {
  test(`blocks do not overlap, and keep their bytes (seed ${seed})`, () => {
    const used = Number(execFileSync(binary, [String(seed)], { encoding: 'utf8', timeout: 20_000 * patience() }))
    // 500 blocks contain about 1 MB: freed memory is used again.
    assert.ok(used > 0 && used < 4_000_000, `${used} bytes`)
  })
}

test.run()
