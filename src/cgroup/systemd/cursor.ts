/** What is wrong with a GVariant in text form. */
export class VariantError extends Error {
  override readonly name = 'VariantError'
}

/** A place in a text that is read. */
export type Cursor = { readonly text: string; at: number; depth: number }

/** The letter at the cursor, blanks skipped; '' at the end. */
export function next(cursor: Cursor): string {
  while (cursor.at < cursor.text.length && cursor.text.charCodeAt(cursor.at) <= 0x20) cursor.at++
  return cursor.text.charAt(cursor.at)
}

/** Steps over a letter, if it is the next. */
export function take(cursor: Cursor, letter: string): boolean {
  if (next(cursor) !== letter) return false
  cursor.at++
  return true
}

export function expected(cursor: Cursor, what: string): VariantError {
  const rest = cursor.text.slice(cursor.at, cursor.at + 20)
  return new VariantError(`expected ${what}, found ${rest === '' ? 'the end' : JSON.stringify(rest)}`)
}
