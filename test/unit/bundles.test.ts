import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'

// bundles/README.md is the index of bundles/.

const names = readdirSync('bundles', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const index = readFileSync('bundles/README.md', 'utf8')
const lines = index.split('\n').filter((line) => line.startsWith('- '))
const has = (name: string, ...scripts: readonly string[]) =>
  scripts.some((script) => existsSync(`bundles/${name}/${script}.sh`))

test('every bundle is in the index once, and nothing else is', () => {
  const listed = lines.map((line) => /^- \[([^\]]+)\]\(\1\): \S/.exec(line)?.[1] ?? line)
  assert.equal(listed.sort(), names.sort())
})

test('the index marks the bundles that need something', () => {
  for (const name of names) {
    const line = lines.find((one) => one.startsWith(`- [${name}]`)) ?? ''
    assert.is(/\*(.*\. )?Set-up: /.test(line), has(name, 'setup', 'during'), `${line}: set-up`)
    assert.is(line.includes('*Needs '), has(name, 'needs'), `${line}: needs`)
  }
})

test('the root of a bundle is below build/, so a container does not write to the checkout', () => {
  for (const name of names) {
    const { root }: Spec = JSON.parse(readFileSync(`bundles/${name}/config.json`, 'utf8'))
    // hello is complete: its root is read-only, and git keeps its mount points.
    assert.is(root?.path, name === 'hello' ? 'rootfs' : `../../build/bundles/${name}/rootfs`, name)
  }
})

test.run()
