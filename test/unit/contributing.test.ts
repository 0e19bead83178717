import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const text = readFileSync('CONTRIBUTING.md', 'utf8')

test('every file and folder that CONTRIBUTING.md names exists', () => {
  const named = [...text.matchAll(/`((?:src|native|bundles|spec|test|docs)\/[^`*]+)`/g)].map(([, path = '']) => path)
  assert.ok(named.length > 10)
  assert.equal(
    named.filter((path) => !existsSync(path)),
    [],
  )
})

test('the files of its example contain the field', () => {
  const table = text.slice(text.indexOf('| file |'), text.indexOf('`npm run gen`'))
  const files = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/[a-z_/]+\.(?:ts|c)/g) ?? [],
  )
  assert.ok(files.length >= 8)
  const without = files.filter((file) => !/memory_?policy|mempolicy/i.test(readFileSync(file, 'utf8')))
  assert.equal(without, [])
})

test.run()
