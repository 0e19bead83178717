import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patience } from '../../harness/patience.ts'

const call = (...calls: readonly (readonly unknown[])[]) =>
  JSON.parse(execFileSync('build/native', [JSON.stringify(calls)], { encoding: 'utf8', timeout: 20_000 * patience() }))

test('C packs the plan of every bundle as encode.ts does', () => {
  const bundles = readdirSync('bundles', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => resolve('bundles', name))
  assert.ok(bundles.length > 20)
  const results: readonly (readonly string[])[] = call(...bundles.map((bundle) => ['packBundle', bundle]))
  // A bundle for one version of cgroups has only one.
  for (const [i, bundle] of bundles.entries()) assert.match((results[i] ?? []).join(' '), /^same( same)?$/, bundle)
})

test('at the edges C packs the same, or leaves it to encode.ts', () => {
  assert.equal(call(['packOdd'])[0], [
    'none: same',
    'other scripts: same',
    'all of a pair: same',
    'large number: same',
    'largest integer: same',
    'long string: same',
    'half of a pair: refused',
    'the other half: refused',
    'NUL: refused',
    'missing: refused',
    'fraction: refused',
    'negative: refused',
    'too large: refused',
    'integer too large: refused',
    'negative integer: refused',
    'no such op: refused',
    'no such hand: not packed',
  ])
})

test.run()
