import { readFileSync } from 'node:fs'

/** The lines of spec/coverage.txt. */
export const coverage = readFileSync(new URL('../../../spec/coverage.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [pointer = '', status = '', ...note] = line.split(/\s+/)
    return { pointer, status, note: note.join(' ') }
  })

/** The planned fields without planned fields below them. */
export const planned: readonly string[] = coverage
  .filter(({ status }) => status === 'planned')
  .map(({ pointer }) => pointer)
  .filter((pointer, _, all) => !all.some((other) => other.startsWith(`${pointer}/`)))
