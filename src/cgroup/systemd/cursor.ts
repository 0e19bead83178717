/** What is wrong with a GVariant in text form. */
export class VariantError extends Error {
  override readonly name = 'VariantError'
}

/** A position in the text that is parsed. */
export type Cursor = { readonly text: string; at: number; depth: number }

/** The next letter that is not blank; '' at the end. */
export function next(cursor: Cursor): string {
  while (cursor.at < cursor.text.length && cursor.text.charCodeAt(cursor.at) <= 0x20) cursor.at++
  return cursor.text.charAt(cursor.at)
}

/** Skips `letter` if it is the next one, and answers whether it was. */
export function take(cursor: Cursor, letter: string): boolean {
  if (next(cursor) !== letter) return false
  cursor.at++
  return true
}

export function expected(cursor: Cursor, what: string): VariantError {
  const rest = cursor.text.slice(cursor.at, cursor.at + 20)
  return new VariantError(`expected ${what}, found ${rest === '' ? 'the end' : JSON.stringify(rest)}`)
}
