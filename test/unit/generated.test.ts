import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'
import { patience } from '../harness/patience.ts'

const parts = ['src', 'native', 'spec', 'scripts', 'test', 'package.json', 'tsconfig.json']
const folders = parts.filter((name) => !name.includes('.'))

test('generating again changes no byte', () => {
  const copy = mkdtempSync(join(tmpdir(), 'ocits-gen-'))
  try {
    for (const name of parts) cpSync(name, join(copy, name), { recursive: true })
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
    const before = folders.flatMap((folder) => filesOf(folder, ''))
    const generated = before.filter((file) => file.includes('.gen.'))
    assert.ok(generated.length >= 5)
    for (const file of generated) rmSync(join(copy, file))
    execFileSync('bash', [join(copy, 'scripts/gen.sh')], { stdio: 'pipe', timeout: 60_000 * patience() })
    assert.equal(
      folders.flatMap((folder) => filesOf(join(copy, folder), '')).map((file) => file.slice(copy.length + 1)),
      before,
    )
    for (const file of before)
      assert.ok(readFileSync(file).equals(readFileSync(join(copy, file))), `${file} is stale: npm run gen`)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})

test.run()
