import { putUtf8 } from '../../spec/utf8.ts'
import { typesOf, type Value, type Variant } from './value.ts'

/** Bytes that are appended to. Alignment counts from their start, which is the start of the message (D-Bus Specification, Marshaling). */
export type Output = { bytes: Uint8Array; view: DataView; size: number }

export function newOutput(): Output {
  const bytes = new Uint8Array(512)
  return { bytes, view: new DataView(bytes.buffer), size: 0 }
}

/** The alignment of a type, by its first letter. */
export const alignments: Readonly<Record<string, number>> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  h: 4,
  s: 4,
  o: 4,
  a: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
}

/** The largest array (D-Bus Specification). */
export const maxArray = 64 * 1024 * 1024

/** Appends values, one for each type of the signature, in little endian. A value of another type is a bug and throws. */
export function marshal(out: Output, signature: string, values: readonly Value[]): void {
  const types = typesOf(signature)
  if (types?.length !== values.length) throw new TypeError(`${values.length} values for ${signature}`)
  types.forEach((type, i) => {
    put(out, type, values[i] as Value)
  })
}

export function align(out: Output, boundary: number): void {
  const rest = out.size % boundary
  if (rest > 0) skip(out, boundary - rest)
}

// Appends zero bytes, and answers where they begin.
function skip(out: Output, size: number): number {
  const at = out.size
  out.size += size
  if (out.size <= out.bytes.length) return at
  const bytes = new Uint8Array(out.size * 2)
  bytes.set(out.bytes.subarray(0, at))
  out.bytes = bytes
  out.view = new DataView(bytes.buffer)
  return at
}

type Put = (out: Output, value: Value, type: string) => void

function put(out: Output, type: string, value: Value): void {
  const letter = type.charAt(0)
  align(out, alignments[letter] ?? 1)
  const write = others[letter] ?? putNumber
  write(out, value, type)
}

const putFields: Put = (out, value, type) => {
  if (!isList(value)) throw wrong(type, value)
  marshal(out, type.slice(1, -1), value)
}

const putNumber: Put = (out, value, letter) => {
  if (letter === 'b') {
    if (typeof value !== 'boolean') throw wrong(letter, value)
    const at = skip(out, 4)
    out.view.setUint32(at, value ? 1 : 0, true)
    return
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') throw wrong(letter, value)
  if (letter === 'd') {
    const at = skip(out, 8)
    out.view.setFloat64(at, Number(value), true)
  } else {
    putInteger(out, letter, BigInt(value))
  }
}

/** The size of each integer type in bytes, and whether it has a sign. */
const integers: Readonly<Record<string, readonly [size: number, signed: boolean]>> = {
  y: [1, false],
  n: [2, true],
  q: [2, false],
  i: [4, true],
  h: [4, false],
  u: [4, false],
  x: [8, true],
  t: [8, false],
}

function putInteger(out: Output, letter: string, value: bigint): void {
  const [size, signed] = integers[letter] ?? [0, false]
  const bits = 8 * size
  if ((signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) throw wrong(letter, value)
  const at = skip(out, size)
  for (let i = 0; i < size; i++) out.bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn)
}

const putString: Put = (out, value) => {
  if (typeof value !== 'string' || value.includes('\0')) throw wrong('s', value)
  const start = skip(out, 4 + 3 * value.length + 1)
  const end = putUtf8(out.bytes, start + 4, value)
  out.view.setUint32(start, end - start - 4, true)
  out.bytes.fill(0, end, out.size)
  out.size = end + 1
}

const putSignature: Put = (out, value) => {
  if (typeof value !== 'string' || value.length > 255 || typesOf(value) === undefined) throw wrong('g', value)
  const at = skip(out, value.length + 2)
  out.bytes[at] = value.length
  putUtf8(out.bytes, at + 1, value)
}

const putVariant: Put = (out, value, type) => {
  if (!isVariant(value)) throw wrong(type, value)
  putSignature(out, value.signature, 'g')
  marshal(out, value.signature, [value.value])
}

const putArray: Put = (out, value, type) => {
  const length = skip(out, 4)
  const item = type.slice(1)
  // The padding before the first item does not count as length, and is there also in an empty array.
  align(out, alignments[item.charAt(0)] ?? 1)
  const start = out.size
  if (value instanceof Uint8Array) {
    if (item !== 'y') throw wrong(type, value)
    const at = skip(out, value.length)
    out.bytes.set(value, at)
  } else {
    if (!isList(value)) throw wrong(type, value)
    for (const each of value) put(out, item, each)
  }
  if (out.size - start > maxArray) throw new RangeError('the array is too long')
  out.view.setUint32(length, out.size - start, true)
}

/** All types that are not numbers. */
const others: Readonly<Record<string, Put>> = {
  s: putString,
  o: putString,
  g: putSignature,
  v: putVariant,
  a: putArray,
  '(': putFields,
  '{': putFields,
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function isVariant(value: Value): value is Variant {
  return typeof value === 'object' && 'signature' in value
}

function wrong(type: string, value: Value): TypeError {
  return new TypeError(`not of type ${type}: ${String(value)}`)
}
