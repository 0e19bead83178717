import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'
import { judge } from './config.ts'
import { build, fuzzConfigs, inBinary, inProcess } from './config_run.ts'

const seconds = Number(process.env.SECONDS ?? 10)
const seed = Number(process.env.SEED ?? 1)

test(`configs with random changes, for ${seconds} s, have faults or a plan (SEED=${seed})`, () => {
  const { finds, ...figures } = fuzzConfigs(seconds, seed, 'build/fuzz/finds/config')
  console.log(figures)
  assert.equal(finds, [])
  assert.ok(figures.inputs > 0 && figures.commands > 0)
})

test('earlier findings have faults or a plan', () => {
  build()
  const bundle = mkdtempSync(join(tmpdir(), 'ocits-fuzz-'))
  const wrong: string[] = []
  try {
    for (const file of filesOf('test/fuzz/finds/config', '.json')) {
      const text = readFileSync(file, 'utf8')
      for (let which = 0; which < 7; which++) inProcess(text, which, wrong)
      inBinary(text, judge(text, 0).faults, { bundle, wrong })
    }
  } finally {
    rmSync(bundle, { recursive: true })
  }
  assert.equal(wrong, [])
})

test.run()
