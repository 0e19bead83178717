import { utf8Length } from '../spec/path.ts'
import { putUtf8 } from '../spec/utf8.ts'

/** undefined and false: the field is left out. A list is a message. */
export type FieldValue = number | boolean | string | readonly Field[] | undefined
export type Field = readonly [number: number, value: FieldValue]

/** A message of Protocol Buffers (Encoding). */
export function encodeMessage(fields: readonly Field[]): Uint8Array {
  const bytes: number[] = []
  putMessage(bytes, fields)
  return Uint8Array.from(bytes)
}

/** The kinds of values, in the lowest bits of a field's head. */
const varint = 0
const sized = 2

function putMessage(out: number[], fields: readonly Field[]): void {
  for (const [number, value] of fields) if (value !== undefined && value !== false) putField(out, number, value)
}

function putField(out: number[], number: number, value: Exclude<FieldValue, undefined | false>): void {
  if (typeof value === 'number' || value === true) {
    putNumber(out, number * 8 + varint)
    putNumber(out, Number(value))
    return
  }
  const inner = typeof value === 'string' ? utf8(value) : encodeMessage(value)
  putNumber(out, number * 8 + sized)
  putNumber(out, inner.length)
  for (const byte of inner) out.push(byte)
}

function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length)
  putUtf8(bytes, 0, text)
  return bytes.subarray(0, utf8Length(text))
}

function putNumber(out: number[], value: number): void {
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80)
  out.push(rest)
}
