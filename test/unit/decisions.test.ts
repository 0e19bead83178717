import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const folder = 'docs/decisions'
const files = readdirSync(folder)
  .filter((name) => name !== 'README.md')
  .sort()

test('decisions are numbered without a gap, and the index has a line for each', () => {
  const lines = files.map((name, i) => {
    const number = String(i + 1).padStart(3, '0')
    assert.ok(name.startsWith(`${number}-`), `${name} is decision ${number}`)
    const [title = ''] = readFileSync(`${folder}/${name}`, 'utf8').split('\n')
    assert.ok(title.startsWith(`# ${number}: `), `${name}: ${title}`)
    return `- [${number}](${name}): ${title.slice(7)}`
  })
  const index = readFileSync(`${folder}/README.md`, 'utf8')
  assert.equal(
    index.split('\n').filter((line) => line.startsWith('- [')),
    lines,
  )
})

test.run()
