import * as assert from 'uvu/assert'
import type { Result } from './run.ts'

/** Exit 0 and not a word on stderr; answers stdout. */
export function succeeded({ code, signal, stdout, stderr }: Result): string {
  assert.is(code, 0, `${code ?? signal}: ${stderr}`)
  assert.is(stderr, '')
  return stdout
}

/** Exit 1, nothing on stdout, and one line on stderr with these words in it. */
export function refused({ code, signal, stdout, stderr }: Result, ...words: readonly string[]): void {
  assert.is(code, 1, `${code ?? signal}: ${stderr}`)
  assert.is(stdout, '')
  assert.ok(stderr.startsWith('ocits: ') && stderr.indexOf('\n') === stderr.length - 1, `not one line: ${stderr}`)
  for (const word of words) assert.ok(stderr.includes(word), `not in it, ${JSON.stringify(word)}: ${stderr}`)
}
