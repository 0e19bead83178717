import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patience } from '../harness/patience.ts'
import { buildLibrary, buildTarget, kept, type NativeTarget, nativeTargets } from './native.ts'

// Without clang: tests the stored inputs again, and random mutations of them without coverage feedback.

const seconds = Number(process.env.SECONDS ?? 3)
const seed = Number(process.env.SEED ?? 1)

buildLibrary('gcc')
for (const name of Object.keys(nativeTargets) as NativeTarget[])
  test(`${name}: the stored inputs, and for ${seconds} s mutations of them (SEED=${seed})`, () => {
    const files = kept(name)
    assert.ok(files.length > 0)
    const words = ['--mutate', String(seconds), String(seed), ...files]
    const child = spawnSync(buildTarget(name, 'gcc'), words, {
      encoding: 'utf8',
      timeout: (seconds + 20) * 1000 * patience(),
    })
    assert.is(child.status, 0, child.stderr)
    assert.ok(Number(child.stdout) > 0)
  })

test.run()
