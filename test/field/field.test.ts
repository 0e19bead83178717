import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'
import { extended as copy, copyTree, type Result, runIn } from '../../scripts/copy_tree.ts'
import { type Field, fields, touched } from './fields.ts'

// The number of files for a field: a copy of the project gets invented fields at the places that CONTRIBUTING.md lists, and nowhere else.
// Then these fields are checked, planned and executed.

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`

function apply({ edits }: Field): void {
  for (const { file, after, text } of edits) {
    const path = `${copy}/${file}`
    const whole = readFileSync(path, 'utf8')
    assert.ok(whole.includes(after), `${file} has no «${after.trim()}»`)
    writeFileSync(
      path,
      whole.replace(after, () => after + text),
    )
  }
}

function bundleOf(name: string, { process, args }: Field, more: object = {}): string {
  const folder = `${copy}/bundles/${name}`
  const config = JSON.parse(readFileSync('bundles/default/config.json', 'utf8'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/config.json`, json({ ...config, process: { ...config.process, ...process, args, ...more } }))
  return `bundles/${name}`
}

function well({ ok, output }: Result): string {
  assert.ok(ok, output)
  return output
}

const ocits = (...words: readonly string[]) =>
  runIn(copy, ['bash', 'test/harness/sandbox.sh', '60', 'dist/ocits', ...words])
const text = (folder: string) =>
  new Map(filesOf(`${copy}/${folder}`, '').map((file) => [file, readFileSync(file, 'latin1')]))

copyTree(copy)
for (const field of Object.values(fields)) apply(field)
const before = new Map([...text('src'), ...text('native'), ...text('spec')])
well(runIn(copy, ['npm', 'run', '--silent', 'gen']))
const after = new Map([...text('src'), ...text('native'), ...text('spec')])
const generated = [...after.keys()].filter((file) => before.get(file) !== after.get(file))
well(runIn(copy, ['node_modules/.bin/tsc', '-p', 'tsconfig.json']))
well(runIn(copy, [process.execPath, '--import', 'tsx', 'scripts/build.ts', 'ocits', 'libocits', 'native']))
well(runIn(copy, ['bash', 'scripts/bundles.sh', 'build/bundles', 'default']))

test('a field with its own kernel operation needs five files of src and one of native, another field needs two files', () => {
  const counts = Object.entries(fields).map(([name, field]) => [
    name,
    touched(field, 'src').length,
    touched(field, 'native').length,
  ])
  console.log(`by hand in src and native: ${counts.join('; ')}; generated: ${generated.length}`)
  assert.equal(counts, [
    ['timerSlack', 5, 1],
    ['locale', 2, 0],
  ])
  assert.ok(
    generated.every((file) => /\.gen\.|schema\.json$/.test(file)),
    generated.join(' '),
  )
})

for (const [name, field] of Object.entries(fields)) {
  test(`${name} is executed`, () => {
    const bundle = bundleOf(name, field)
    assert.ok(well(ocits('run', '--bundle', bundle, name)).includes(field.printed))
  })

  test(`${name} is shown in the plan`, () => {
    assert.match(well(ocits('plan', bundleOf(name, field))), field.planned)
  })

  test(`an invalid ${name} is refused with its pointer`, () => {
    const [value, words] = field.wrong
    const { ok, output } = ocits('validate', bundleOf(name, field, { [name]: value }))
    assert.not.ok(ok)
    assert.match(output, words)
  })
}

test.after(() => rmSync(copy, { recursive: true, force: true }))
test.run()
