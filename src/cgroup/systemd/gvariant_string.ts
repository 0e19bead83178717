import { type Cursor, VariantError } from './cursor.ts'

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
}

/** A string in single or double quotes, of which the cursor is at the first. */
export function quoted(cursor: Cursor): string {
  const quote = cursor.text.charAt(cursor.at++)
  let out = ''
  for (;;) {
    const letter = cursor.text.charAt(cursor.at++)
    if (letter === '') throw new VariantError('a string without its end')
    if (letter === quote) return out
    out += letter === '\\' ? escaped(cursor) : letter
  }
}

function escaped(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.at++)
  const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0
  if (digits === 0) return escapes[letter] ?? letter
  const code = hex(cursor.text.slice(cursor.at, cursor.at + digits), digits)
  if (!(code > 0 && code <= 0x10ffff)) throw new VariantError('no such character')
  cursor.at += digits
  return String.fromCodePoint(code)
}

function hex(text: string, digits: number): number {
  for (const letter of text) if (!'0123456789abcdefABCDEF'.includes(letter)) return Number.NaN
  return text.length === digits ? Number.parseInt(text, 16) : Number.NaN
}

/** b'…': bytes, with a NUL at the end; \ and up to three octal digits are one byte. */
export function byteString(cursor: Cursor): Uint8Array {
  const bytes: number[] = []
  const quote = cursor.text.charAt(cursor.at++)
  for (;;) {
    const letter = cursor.text.charAt(cursor.at++)
    if (letter === quote) break
    if (letter === '') throw new VariantError('a string without its end')
    const byte = letter === '\\' ? escapedByte(cursor) : letter.charCodeAt(0)
    if (byte > (letter === '\\' ? 0xff : 0x7f)) throw new VariantError('not a byte')
    if (byte >= 0) bytes.push(byte)
  }
  return new Uint8Array([...bytes, 0])
}

function escapedByte(cursor: Cursor): number {
  let code = 0
  let digits = 0
  for (; digits < 3; digits++, cursor.at++) {
    const digit = cursor.text.charCodeAt(cursor.at) - 0x30
    if (!(digit >= 0 && digit < 8)) break
    code = code * 8 + digit
  }
  if (digits > 0) return code
  const letter = escaped(cursor)
  return letter === '' ? -1 : letter.charCodeAt(0)
}
