import { type Cursor, expected, next, take, VariantError } from './cursor.ts'
import { byteString, quoted } from './gvariant_string.ts'

/** A GVariant in text form, parsed; gvariant.ts finds the types of its parts. */
export type Node =
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'number' | 'string'; readonly text: string }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  | { readonly is: 'array' | 'tuple'; readonly items: readonly Node[] }
  | { readonly is: 'dict'; readonly entries: readonly (readonly [Node, Node])[] }
  | { readonly is: 'variant'; readonly of: Node }
  | { readonly is: 'typed'; readonly signature: string; readonly of: Node }

/** Types that can be written by name, as in `uint32 5`. */
const keywords: Readonly<Record<string, string>> = {
  boolean: 'b',
  byte: 'y',
  int16: 'n',
  uint16: 'q',
  int32: 'i',
  handle: 'h',
  uint32: 'u',
  int64: 'x',
  uint64: 't',
  double: 'd',
  string: 's',
  objectpath: 'o',
  signature: 'g',
}

const maxDepth = 32

/** Parses the GVariant Text Format, without maybe types, which D-Bus does not have. Throws VariantError. */
export function parseText(text: string): Node {
  const cursor: Cursor = { text, at: 0, depth: 0 }
  const node = value(cursor)
  if (next(cursor) !== '') throw new VariantError(`unexpected ${JSON.stringify(text.slice(cursor.at))}`)
  return node
}

function value(cursor: Cursor): Node {
  if (cursor.depth >= maxDepth) throw new VariantError('too deep')
  cursor.depth++
  const node = valueBelow(cursor)
  cursor.depth--
  return node
}

function valueBelow(cursor: Cursor): Node {
  const letter = next(cursor)
  switch (letter) {
    case '[':
      return { is: 'array', items: list(cursor, ']') }
    case '(':
      return { is: 'tuple', items: list(cursor, ')') }
    case '{':
      return { is: 'dict', entries: entries(cursor) }
    case '<':
      return boxed(cursor)
    case '"':
    case "'":
      return { is: 'string', text: quoted(cursor) }
    case '@':
      return annotated(cursor)
    default:
      return isNumberStart(letter) ? { is: 'number', text: number(cursor) } : word(cursor)
  }
}

function list(cursor: Cursor, end: string): readonly Node[] {
  const items: Node[] = []
  cursor.at++
  while (!take(cursor, end)) {
    if (items.length > 0 && !take(cursor, ',')) throw expected(cursor, `, or ${end}`)
    // A tuple of one item is written with a comma after it.
    if (items.length === 1 && end === ')' && take(cursor, end)) break
    items.push(value(cursor))
  }
  return items
}

function entries(cursor: Cursor): readonly (readonly [Node, Node])[] {
  const found: (readonly [Node, Node])[] = []
  cursor.at++
  while (!take(cursor, '}')) {
    if (found.length > 0 && !take(cursor, ',')) throw expected(cursor, ', or }')
    const key = value(cursor)
    if (!take(cursor, ':')) throw expected(cursor, ':')
    found.push([key, value(cursor)])
  }
  return found
}

function boxed(cursor: Cursor): Node {
  cursor.at++
  const of = value(cursor)
  if (!take(cursor, '>')) throw expected(cursor, '>')
  return { is: 'variant', of }
}

function annotated(cursor: Cursor): Node {
  const start = ++cursor.at
  while (cursor.at < cursor.text.length && cursor.text.charCodeAt(cursor.at) > 0x20) cursor.at++
  return { is: 'typed', signature: cursor.text.slice(start, cursor.at), of: value(cursor) }
}

function word(cursor: Cursor): Node {
  const start = cursor.at
  while (isWordLetter(cursor.text.charAt(cursor.at))) cursor.at++
  const found = cursor.text.slice(start, cursor.at)
  const quote = cursor.text.charAt(cursor.at)
  if (found === 'true' || found === 'false') return { is: 'boolean', value: found === 'true' }
  if (found === 'b' && (quote === '"' || quote === "'")) return { is: 'bytes', bytes: byteString(cursor) }
  const signature = Object.hasOwn(keywords, found) ? keywords[found] : undefined
  if (signature === undefined) throw expected({ ...cursor, at: start }, 'a value')
  return { is: 'typed', signature, of: value(cursor) }
}

function isNumberStart(letter: string): boolean {
  return (letter >= '0' && letter <= '9') || letter === '+' || letter === '-' || letter === '.'
}

function isWordLetter(letter: string): boolean {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')
}

function number(cursor: Cursor): string {
  const start = cursor.at
  let last = ''
  for (;;) {
    const letter = cursor.text.charAt(cursor.at)
    const sign = (letter === '+' || letter === '-') && (last === '' || last === 'e' || last === 'E')
    if (!sign && letter !== '.' && !isWordLetter(letter.toLowerCase())) break
    last = letter
    cursor.at++
  }
  return cursor.text.slice(start, cursor.at)
}
