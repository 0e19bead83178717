import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { misplaced } from '../../../src/cli/misplaced.ts'
import { UsageError } from '../../../src/failure.ts'
import { native } from '../../../src/native/koffi.ts'

const folder = mkdtempSync('/tmp/ocits-misplaced-')
test.after(() => rmSync(folder, { recursive: true }))

function bundle(name: string, content?: string): string {
  mkdirSync(`${folder}/${name}`, { recursive: true })
  if (content !== undefined) writeFileSync(`${folder}/${name}/config.json`, content)
  return `${folder}/${name}`
}

test('exchanged id and bundle are recognised', () => {
  const [one, other, none] = [bundle('one', '{}'), bundle('other', '{}'), bundle('empty')]
  const told = (code: 'ID' | 'BUNDLE' | 'EXISTS', ...words: string[]) =>
    misplaced(native, { verb: 'run', words }, new UsageError(code, 'wrong', words[0])).message
  assert.is(told('ID', one, 'web'), `wrong: ${one} is a bundle, and the id comes first: ocits run web ${one}`)
  assert.is(told('BUNDLE', one, 'web'), `wrong: ${one} is a bundle, and the id comes first: ocits run web ${one}`)
  assert.is(told('ID', one), `wrong: ${one} is a bundle, and the id comes first: ocits run ID ${one}`)
  for (const words of [
    [one, other],
    [none, 'web'],
    ['web', one],
    ['a/b', 'web'],
    [one, 'a/b'],
  ])
    assert.is(told('ID', ...words), 'wrong', words.join(' '))
  assert.is(told('EXISTS', one, 'web'), 'wrong')
})

test.run()
