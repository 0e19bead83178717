import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rows } from '../attack/rows.ts'
import { placeOf } from '../attack/source.ts'

// That the mutations turn their tests red is seen by `npm run test:attack -- --mutations`; here, that nothing of it has gone away.

const known = [...Array.from({ length: 33 }, (_, index) => `${index + 1}`), '15b']

test('every attack has a proof, and what is there to be broken has a mutation', () => {
  for (const name of known) assert.ok(rows[name], `row ${name}`)
  for (const [name, { attack, proofs, mutations }] of Object.entries(rows)) {
    assert.ok(proofs.length > 0, name)
    assert.ok(mutations.length > 0 || attack.includes('there is no '), `${name} has no mutation`)
  }
})

test('the tests are there', () => {
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

test('what a mutation takes away is there, once', () => {
  for (const { mutations } of Object.values(rows))
    for (const { edits } of mutations) for (const [language, old] of edits) assert.ok(placeOf(language, old))
})

test.run()
