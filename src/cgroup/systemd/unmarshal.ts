import { getUtf8 } from '../../spec/utf8.ts'
import { alignments, maxArray } from './marshal.ts'
import { typesOf, type Value, type Variant } from './value.ts'

/** What came over the bus is no message. */
export class BusError extends Error {
  override readonly name = 'BusError'
}

/** A message, or a part of it, that is read. */
export type Input = {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly little: boolean
  at: number
  depth: number
}

export function newInput(bytes: Uint8Array, little: boolean): Input {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), little, at: 0, depth: 0 }
}

const maxDepth = 64

/** The values of a signature. 64 bit integers beyond 2⁵³ are bigints, arrays of bytes are Uint8Arrays. Throws BusError. */
export function unmarshal(input: Input, signature: string): readonly Value[] {
  const types = typesOf(signature)
  if (types === undefined) throw new BusError(`not a signature: ${signature}`)
  return types.map((type) => take(input, type))
}

/** Padding must be zero. */
export function skipTo(input: Input, boundary: number): void {
  while (input.at % boundary > 0) if (input.bytes[advance(input, 1)] !== 0) throw new BusError('padding is not zero')
}

function advance(input: Input, size: number): number {
  const { at } = input
  if (at + size > input.bytes.length) throw new BusError('the message is cut')
  input.at += size
  return at
}

function take(input: Input, type: string): Value {
  const letter = type.charAt(0)
  skipTo(input, alignments[letter] ?? 1)
  switch (letter) {
    case 's':
    case 'o':
      return takeText(input, takeU32(input))
    case 'g':
      return takeText(input, input.bytes[advance(input, 1)] ?? 0)
    case 'v':
    case 'a':
    case '(':
    case '{':
      return takeBelow(input, type)
    case 'b':
      return takeBoolean(input)
    case 'd':
      return input.view.getFloat64(advance(input, 8), input.little)
    default:
      return takeInteger(input, letter)
  }
}

function takeBelow(input: Input, type: string): Value {
  if (input.depth >= maxDepth) throw new BusError('too deep')
  input.depth++
  const value =
    type === 'v' ? takeVariant(input) : type.startsWith('a') ? takeArray(input, type.slice(1)) : takeFields(input, type)
  input.depth--
  return value
}

function takeFields(input: Input, type: string): readonly Value[] {
  return unmarshal(input, type.slice(1, -1))
}

export function takeU32(input: Input): number {
  return input.view.getUint32(advance(input, 4), input.little)
}

function takeBoolean(input: Input): boolean {
  const value = takeU32(input)
  if (value > 1) throw new BusError('not a boolean')
  return value === 1
}

function takeInteger(input: Input, letter: string): Value {
  const { view, little } = input
  switch (letter) {
    case 'y':
      return view.getUint8(advance(input, 1))
    case 'n':
      return view.getInt16(advance(input, 2), little)
    case 'q':
      return view.getUint16(advance(input, 2), little)
    case 'i':
      return view.getInt32(advance(input, 4), little)
    case 'x':
      return exact(view.getBigInt64(advance(input, 8), little))
    case 't':
      return exact(view.getBigUint64(advance(input, 8), little))
    default:
      return takeU32(input)
  }
}

function exact(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function takeText(input: Input, size: number): string {
  const at = advance(input, size + 1)
  if (input.bytes[at + size] !== 0) throw new BusError('a string without its end')
  return getUtf8(input.bytes.subarray(at, at + size))
}

function takeVariant(input: Input): Variant {
  const signature = take(input, 'g') as string
  const [value, ...more] = unmarshal(input, signature)
  if (value === undefined || more.length > 0) throw new BusError(`not one type: ${signature}`)
  return { signature, value }
}

function takeArray(input: Input, item: string): Value {
  const size = takeU32(input)
  if (size > maxArray) throw new BusError('the array is too long')
  skipTo(input, alignments[item.charAt(0)] ?? 1)
  if (item === 'y') {
    const at = advance(input, size)
    return input.bytes.slice(at, at + size)
  }
  const end = input.at + size
  const values: Value[] = []
  while (input.at < end) values.push(take(input, item))
  if (input.at !== end) throw new BusError('the array does not end with an item')
  return values
}
