import * as assert from 'uvu/assert'
import type { Result } from './run.ts'

/** The exit code is 0 and stderr is empty; returns stdout. */
export function succeeded({ code, signal, stdout, stderr }: Result): string {
  assert.is(code, 0, `${code ?? signal}: ${stderr}`)
  assert.is(stderr, '')
  return stdout
}

/** The exit code is 1, stdout is empty, and stderr has one line with these words. */
export function refused({ code, signal, stdout, stderr }: Result, ...words: readonly string[]): void {
  assert.is(code, 1, `${code ?? signal}: ${stderr}`)
  assert.is(stdout, '')
  assert.ok(stderr.startsWith('ocits: ') && stderr.indexOf('\n') === stderr.length - 1, `not one line: ${stderr}`)
  for (const word of words) assert.ok(stderr.includes(word), `not in it, ${JSON.stringify(word)}: ${stderr}`)
}

/** Exit 0, and warnings with these words in them. */
export function warned({ code, signal, stderr }: Result, ...words: readonly string[]): void {
  assert.is(code, 0, `${code ?? signal}: ${stderr}`)
  for (const word of ['warning: ', ...words])
    assert.ok(stderr.includes(word), `not in it, ${JSON.stringify(word)}: ${stderr}`)
}
