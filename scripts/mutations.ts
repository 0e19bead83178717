// Applies each mutation of test/attack/rows.ts to a copy of the project: the test in the row must fail.
//   tsx scripts/mutations.ts [ROW…]
import { chownSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type Mutation, type Proof, rows } from '../test/attack/rows.ts'
import { placeOf } from '../test/attack/source.ts'
import { mutated as copy, copyTree, type Result, runIn } from './copy_tree.ts'

const node = (...args: readonly string[]) => [process.execPath, '--import', 'tsx', ...args]

/** Whether the test itself failed: a missing test, or a project that does not build, proves nothing. */
function red({ file, words }: Proof): Result {
  const { ok, output } = runIn(copy, node('scripts/test.ts', `test/${file}.test.ts`), {
    ONLY: words,
    BINDINGS: 'ocits',
  })
  return { ok: !ok && output.includes('   FAIL  "'), output }
}

function tried(mutation: Mutation, usual: Proof): string {
  const kept = new Map<string, string>()
  try {
    for (const [language, old, by] of mutation.edits) {
      const path = `${copy}/${placeOf(language, old)}`
      const text = readFileSync(path, 'utf8')
      if (!kept.has(path)) kept.set(path, text)
      writeFileSync(
        path,
        text.replace(old, () => by),
      )
    }
    const built = runIn(copy, node('scripts/build.ts', 'ocits', 'libocits'))
    if (!built.ok) return `does not build:\n${built.output}`
    const result = red(mutation.red ?? usual)
    return result.ok ? '' : `stays green:\n${result.output.slice(-2000)}`
  } finally {
    for (const [path, text] of kept) writeFileSync(path, text)
    restoreNull()
  }
}

/** A mutation gives a container access to it. */
function restoreNull(): void {
  if (statSync('/dev/null').uid !== 0 && process.geteuid?.() === 0) chownSync('/dev/null', 0, 0)
}

let [count, failed] = [0, 0]
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))
copyTree(copy)
for (const [name, { proofs, mutations }] of Object.entries(rows)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  for (const mutation of mutations) {
    const start = Date.now()
    const [usual] = proofs
    if (usual === undefined) throw new Error(`row ${name} has no proof`)
    const wrong = tried(mutation, usual)
    const { file, words } = mutation.red ?? usual
    const seconds = ((Date.now() - start) / 1000).toFixed(0)
    console.log(
      `${wrong === '' ? 'red' : 'NOT RED'} ${name}: ${mutation.edits.map(([language, old]) => placeOf(language, old)).join(', ')}: ${file}, «${words}» (${seconds} s)`,
    )
    if (wrong !== '') console.log(wrong)
    count++
    if (wrong !== '') failed++
  }
}
rmSync(copy, { recursive: true, force: true })
console.log(`${count} mutations, ${failed} not seen`)
if (count === 0 || failed > 0) process.exitCode = 1
