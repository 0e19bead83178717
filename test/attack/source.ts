import { readFileSync } from 'node:fs'
import { filesOf } from '../../scripts/build/files.ts'
import type { Language } from './rows.ts'

const files: Readonly<Record<Language, readonly string[]>> = {
  C: filesOf('native', '.c', '.h').filter((file) => !file.includes('.gen.')),
  TypeScript: filesOf('src', '.ts').filter((file) => !file.includes('.gen.')),
}

/** The only source file that contains this text, exactly once. So the text may move to another file. */
export function placeOf(language: Language, words: string): string {
  const found = files[language].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split(words)
      .slice(1)
      .map(() => file),
  )
  if (found.length !== 1) throw new Error(`${JSON.stringify(words)} is in ${found.length} places: ${found.join(' ')}`)
  return found[0] ?? ''
}
