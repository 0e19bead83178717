import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { files, scans } from '../../../scripts/gen-spec.ts'
import { isCpuList, isMemBwSchema, isPageSize, isRlimitType } from '../../../src/spec/scan.ts'
import { random } from './mutate.ts'

const scanners = new Map(Object.entries({ isCpuList, isMemBwSchema, isPageSize, isRlimitType }))

const root = fileURLToPath(new URL('../../../', import.meta.url))

for (const file of files) {
  test(`${file.path} is up to date: npm run gen`, () => {
    assert.is(readFileSync(root + file.path, 'utf8'), file.text())
  })
}

test('each scan agrees with its pattern', () => {
  const next = random(31)
  const letters = 'RLIMIT_AZaz0123456789, -KMGB:\n@[`{/'
  for (const [pattern, name] of Object.entries(scans)) {
    const regexp = new RegExp(pattern)
    const holds = scanners.get(name)
    assert.ok(holds, name)
    const starts = ['', 'RLIMIT_', 'RLIMIT_A', '1', '10', '0', 'MB:', '2M', '2MB', '02M', '0-3,7']
    let matched = 0
    for (let round = 0; round < 5000; round++) {
      let text = starts[round % starts.length] ?? ''
      for (let left = Math.floor(next() * 4); left > 0; left--)
        text += letters.charAt(Math.floor(next() * letters.length))
      assert.is(holds(text), regexp.test(text), `${name} ${JSON.stringify(text)}`)
      if (regexp.test(text)) matched++
    }
    assert.ok(matched > 50 && matched < 4950, `${name} ${matched}`)
  }
})

test('the hot path has no TypeBox and no regular expression, and stays small', () => {
  const options = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
  } as const
  const bundle = (entry: string) => buildSync({ ...options, entryPoints: [entry] })
  const inputs = Object.keys(bundle('src/spec/load.ts').metafile.inputs)
  assert.equal(
    inputs.filter((input) => input.includes('node_modules')),
    [],
  )
  for (const input of inputs) {
    const code = readFileSync(root + input, 'utf8').replace(/\/\*.*?\*\/|\/\/.*|'(?:\\.|[^'\n])*'|`[^`]*`/gs, '""')
    assert.not.match(code, /RegExp|[=(,:?]\s*\/[^/]/, input)
  }
  const size = bundle('src/spec/validate.gen.ts').outputFiles[0]?.contents.length ?? 0
  assert.ok(size > 1000 && size <= 12 * 1024, String(size))
})

test.run()
