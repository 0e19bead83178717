import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rows } from '../attack/rows.ts'
import { placeOf } from '../attack/source.ts'

// `npm run test:attack -- --mutations` shows that the mutations make their tests fail. This test checks that all quoted tests and source
// lines exist.

const known = [...Array.from({ length: 33 }, (_, index) => `${index + 1}`), '15b']

test('every attack has a proof, and a mutation if there is code to change', () => {
  for (const name of known) assert.ok(rows[name], `row ${name}`)
  for (const [name, { attack, proofs, mutations }] of Object.entries(rows)) {
    assert.ok(proofs.length > 0, name)
    assert.ok(mutations.length > 0 || attack.includes('there is no '), `${name} has no mutation`)
  }
})

test('the tests exist', () => {
  for (const [name, { proofs, mutations }] of Object.entries(rows))
    for (const { file, words } of [...proofs, ...mutations.flatMap(({ red }) => red ?? [])]) {
      const shipped = /^ocits: (.*)$/.exec(words)?.[1]
      const there =
        file === 'live/bundles' && shipped !== undefined
          ? existsSync(`bundles/${shipped}/expect.txt`)
          : readFileSync(`test/${file}.test.ts`, 'utf8').includes(words)
      assert.ok(there, `${name}: ${file} has no «${words}»`)
    }
})

test('the text that a mutation replaces occurs exactly once', () => {
  for (const { mutations } of Object.values(rows))
    for (const { edits } of mutations) for (const [language, old] of edits) assert.ok(placeOf(language, old))
})

test.run()
