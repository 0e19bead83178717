import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTwoFilesPatch } from 'diff'

/**
 * Compares a text with a file; with ACCEPT=1 in the environment it writes the text to the file. Throws with the differences in the form of
 * `diff -u`.
 */
export function held(text: string, file: URL): void {
  const path = fileURLToPath(file)
  if (process.env.ACCEPT === '1') writeFileSync(path, text)
  const known = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (text === known) return
  throw new Error(`it is not as accepted; ACCEPT=1 accepts it\n${createTwoFilesPatch(path, 'now', known, text)}`)
}
