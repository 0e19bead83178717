import { at, type Fault } from './pointer.ts'

/** The deepest nesting of arrays and objects. */
export const maxDepth = 512

/** The text is not JSON, or has a number that JavaScript cannot hold. `fault` says where, by pointer, line and column. */
export class JsonError extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.name = 'JsonError'
    this.fault = fault
  }
}

/** The result of JSON.parse; undefined if it throws, because of the syntax or because its stack is too small. */
export function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * JSON (RFC 8259) as JSON.parse reads it, but exact: an integer beyond ±2⁵³ becomes a bigint. It is slower, so it is
 * only used for texts that JSON.parse or the validator refused. Throws JsonError, also for numbers beyond the range of a double.
 */
export function parseJson(text: string): unknown {
  const reader: Reader = { text, next: 0, path: [] }
  const value = readValue(reader)
  skipSpace(reader)
  if (reader.next < text.length) throw unexpected(reader, 'the end')
  return value
}

type Reader = { readonly text: string; next: number; readonly path: (string | number)[] }

function readValue(reader: Reader): unknown {
  skipSpace(reader)
  switch (reader.text[reader.next]) {
    case '{':
      return readObject(reader)
    case '[':
      return readArray(reader)
    case '"':
      return readString(reader)
    case 't':
      return readWord(reader, 'true', true)
    case 'f':
      return readWord(reader, 'false', false)
    case 'n':
      return readWord(reader, 'null', null)
    default:
      return readNumber(reader)
  }
}

function readObject(reader: Reader): object {
  const object = {}
  deeper(reader)
  if (skips(reader, '}')) return object
  do {
    skipSpace(reader)
    if (reader.text[reader.next] !== '"') throw unexpected(reader, 'a name in double quotes')
    const key = readString(reader)
    if (!skips(reader, ':')) throw unexpected(reader, "':'")
    reader.path.push(key)
    // defineProperty, as an assignment to the key __proto__ would set the prototype.
    const value = readValue(reader)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
    reader.path.pop()
  } while (skips(reader, ','))
  if (!skips(reader, '}')) throw unexpected(reader, "',' or '}'")
  return object
}

function readArray(reader: Reader): unknown[] {
  const array: unknown[] = []
  deeper(reader)
  if (skips(reader, ']')) return array
  do {
    reader.path.push(array.length)
    array.push(readValue(reader))
    reader.path.pop()
  } while (skips(reader, ','))
  if (!skips(reader, ']')) throw unexpected(reader, "',' or ']'")
  return array
}

function deeper(reader: Reader): void {
  if (reader.path.length >= maxDepth) throw fail(reader, `nested deeper than ${maxDepth}`)
  reader.next++
}

function readString(reader: Reader): string {
  const { text } = reader
  const start = reader.next++
  let escaped = false
  while (text[reader.next] !== '"') {
    const code = text.charCodeAt(reader.next)
    if (Number.isNaN(code)) throw unexpected(reader, "'\"'")
    if (code < 0x20) throw fail(reader, 'a control character in a string: it must be escaped')
    if (code === 0x5c) {
      escaped = true
      skipEscape(reader)
    } else {
      reader.next++
    }
  }
  const end = reader.next++
  // JSON.parse decodes the escapes. The scan above has refused everything that it would refuse.
  return escaped ? JSON.parse(text.slice(start, end + 1)) : text.slice(start + 1, end)
}

function skipEscape(reader: Reader): void {
  const letter = reader.text[reader.next + 1] ?? ''
  if (letter === 'u') {
    for (let i = 2; i < 6; i++) {
      if (!'0123456789abcdefABCDEF'.includes(reader.text[reader.next + i] ?? 'none')) {
        throw fail(reader, 'four hexadecimal digits must follow \\u')
      }
    }
    reader.next += 6
    return
  }
  if (letter === '' || !'"\\/bfnrt'.includes(letter)) throw fail(reader, 'an unknown escape in a string')
  reader.next += 2
}

function readWord<T>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.next)) throw unexpected(reader, 'a value')
  reader.next += word.length
  return value
}

function readNumber(reader: Reader): number | bigint {
  const start = reader.next
  if (reader.text[reader.next] === '-') reader.next++
  if (reader.text[reader.next] === '0') reader.next++
  else skipDigits(reader)
  const digits = reader.next
  if (reader.text[reader.next] === '.') {
    reader.next++
    skipDigits(reader)
  }
  if (reader.text[reader.next] === 'e' || reader.text[reader.next] === 'E') {
    reader.next++
    if (reader.text[reader.next] === '+' || reader.text[reader.next] === '-') reader.next++
    skipDigits(reader)
  }
  const token = reader.text.slice(start, reader.next)
  const number = Number(token)
  if (!Number.isFinite(number)) {
    reader.next = start
    throw fail(reader, `the number ${token.slice(0, 32)} is out of range`)
  }
  // Every 64-bit integer has at most 20 digits. A longer one is wrong for all fields, so it need not be exact.
  const whole = reader.next === digits && token.length <= 21
  return whole && !Number.isSafeInteger(number) ? BigInt(token) : number
}

function skipDigits(reader: Reader): void {
  const start = reader.next
  let code = reader.text.charCodeAt(reader.next)
  while (code >= 0x30 && code <= 0x39) code = reader.text.charCodeAt(++reader.next)
  if (reader.next === start) throw unexpected(reader, start > 0 && isDigitLike(reader) ? 'a digit' : 'a value')
}

// Within a number a digit is missing, elsewhere a value.
function isDigitLike(reader: Reader): boolean {
  return '-.eE+'.includes(reader.text[reader.next - 1] ?? 'none')
}

function skipSpace(reader: Reader): void {
  let code = reader.text.charCodeAt(reader.next)
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = reader.text.charCodeAt(++reader.next)
}

function skips(reader: Reader, character: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.next] !== character) return false
  reader.next++
  return true
}

function unexpected(reader: Reader, expected: string): JsonError {
  const found = reader.text.codePointAt(reader.next)
  const what = found === undefined ? 'the end of the text' : JSON.stringify(String.fromCodePoint(found))
  return fail(reader, `expected ${expected}, found ${what}`)
}

function fail(reader: Reader, message: string): JsonError {
  const before = reader.text.slice(0, reader.next)
  const line = before.split('\n').length
  const column = reader.next - before.lastIndexOf('\n')
  return new JsonError({ pointer: at(...reader.path), message: `line ${line}, column ${column}: ${message}` })
}
