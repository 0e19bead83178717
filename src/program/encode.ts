import { putUtf8 } from '../spec/utf8.ts'
import type { Op, Step } from '../step/step.ts'
import { type Kind, type StepRow, stepTable } from '../step/table.ts'
import { format } from './format.gen.ts'
import { countAt, faultAt, formatAt, headerSize, letterOf, magic, noFault, sizeAt, stepHeadSize } from './format.ts'

/**
 * Encodes a plan as the bytes that `execute` takes (format.ts). `fault` is the index of a step that shall fail with EIO, for tests. Throws if
 * the format cannot hold a value: NUL or half of a surrogate pair in a string, an integer that is not exact or too large. `pack` does the
 * same, faster, if it is given.
 */
export function encode(steps: readonly Step[], pack?: Pack, fault = noFault): Uint8Array {
  return pack?.(steps, rows, fault) ?? written(steps, fault)
}

/** The encoder in C of the static binary (native/engine/pack.c). undefined: the plan has a fault, which the encoder here describes. */
export type Pack = (steps: readonly Step[], all: typeof rows, fault: number) => Uint8Array | undefined

/** The table in the form for C. It is made at build time, as the static binary starts with the memory of modules that have run. */
const rows = Object.fromEntries(
  Object.entries(stepTable).map(([op, { args }]: [string, StepRow], number) => {
    const kinds = Object.values(args).map((kind) => letterOf[kind])
    return [op, { number, names: Object.keys(args), kinds: kinds.join('') }]
  }),
) as unknown as Readonly<
  Record<Op, { readonly number: number; readonly names: readonly string[]; readonly kinds: string }>
>

function written(steps: readonly Step[], fault: number): Uint8Array {
  const writer = newWriter(16384)
  for (let i = 0; i < magic.length; i++) writer.bytes[i] = magic[i] ?? 0
  writer.view.setUint32(countAt, steps.length, true)
  writer.view.setUint32(faultAt, fault, true)
  writer.view.setUint32(formatAt, format, true)
  writer.at = headerSize
  for (const step of steps) putStep(writer, step)
  writer.view.setUint32(sizeAt, writer.at, true)
  return writer.bytes.subarray(0, writer.at)
}

type Writer = { bytes: Uint8Array; view: DataView; at: number }

function newWriter(size: number): Writer {
  const bytes = new Uint8Array(size)
  return { bytes, view: new DataView(bytes.buffer), at: 0 }
}

function putStep(writer: Writer, step: Step): void {
  const { args }: StepRow = stepTable[step.op]
  room(writer, 0)
  const start = writer.at
  writer.view.setUint32(start, rows[step.op].number | ((step.actor === 'init' ? 1 : 0) << 16), true)
  writer.at += stepHeadSize
  const values = step as unknown as Readonly<Record<string, unknown>>
  for (const name in args) {
    const problem = putValue(writer, args[name] ?? 'str', values[name])
    if (problem !== undefined) throw new Error(`step ${step.op} (${step.pointer}): ${name} ${problem}`)
  }
  writer.view.setUint32(start + 4, writer.at - start - stepHeadSize, true)
}

// Says what is wrong with a value. Most values are strings and numbers, for which typeof is the fastest test.
function putValue(writer: Writer, kind: Kind, value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return kind === 'str' && value.includes('\0') ? 'holds NUL' : putText(writer, value)
    case 'number':
      return letterOf[kind] === 'w' ? putU64(writer, value) : putU32(writer, value)
    case 'boolean':
      return putU32(writer, value ? 1 : 0)
    case 'bigint':
      return putBigint(writer, value)
    case 'object':
      return putObject(writer, kind, value)
    default:
      return 'is missing'
  }
}

function putObject(writer: Writer, kind: Kind, value: unknown): string | undefined {
  switch (kind) {
    case 'strs':
      return putStrs(writer, value as readonly string[])
    case 'texts':
      return putTexts(writer, value as readonly string[])
    case 'bytes':
      return putBytes(writer, value as Uint8Array)
    case 'u32s':
      return putU32s(writer, value as readonly number[])
    case 'device': {
      const { major, minor } = value as { major: number; minor: number }
      return putU32(writer, minor) ?? putU32(writer, major)
    }
    default:
      return 'is no list'
  }
}

/** Room for all numbers of a step is kept after each string, so that writing a number needs no check. */
const numbersRoom = 128

function room(writer: Writer, size: number): void {
  if (writer.at + size + numbersRoom <= writer.bytes.length) return
  const grown = newWriter(2 * writer.bytes.length + size + numbersRoom)
  grown.bytes.set(writer.bytes)
  writer.bytes = grown.bytes
  writer.view = grown.view
}

function putU32(writer: Writer, value: number): string | undefined {
  if (value >>> 0 !== value) return `is ${value}: no 32 bit number`
  writer.view.setUint32(writer.at, value, true)
  writer.at += 4
  return undefined
}

function putU64(writer: Writer, value: number): string | undefined {
  if (!(value >= 0) || !Number.isSafeInteger(value)) return `is ${value}: not exact`
  const low = value >>> 0
  writer.view.setUint32(writer.at, low, true)
  writer.view.setUint32(writer.at + 4, (value - low) / 0x100000000, true)
  writer.at += 8
  return undefined
}

function putBigint(writer: Writer, value: bigint): string | undefined {
  if (value < 0n || value > 0xffffffffffffffffn) return `is ${value}: no 64 bit number`
  writer.view.setBigUint64(writer.at, value, true)
  writer.at += 8
  return undefined
}

function putText(writer: Writer, text: string): string | undefined {
  // A UTF-16 unit takes at most three bytes in UTF-8.
  room(writer, 3 * text.length + 5)
  const start = writer.at + 4
  const end = putUtf8(writer.bytes, start, text)
  if (end - start > text.length && !isWellFormed(text)) return 'holds half of a surrogate pair'
  writer.view.setUint32(writer.at, end - start, true)
  writer.bytes[end] = 0
  writer.at = end + 1
  return undefined
}

function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0xd800 || code > 0xdfff) continue
    const next = text.charCodeAt(++i)
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false
  }
  return true
}

// C puts its char pointers where the zeros are, so they must begin at a multiple of 8.
function putStrs(writer: Writer, list: readonly string[]): string | undefined {
  const pointers = (list.length + 1) * 8
  room(writer, 8 + 7 + pointers)
  const start = writer.at
  writer.view.setUint32(start, list.length, true)
  const aligned = (start + 8 + 7) & ~7
  writer.bytes.fill(0, start + 8, aligned + pointers)
  writer.at = aligned + pointers
  for (const text of list) {
    const problem = putValue(writer, 'str', text)
    if (problem !== undefined) return problem
  }
  writer.view.setUint32(start + 4, writer.at - start - 8, true)
  return undefined
}

function putTexts(writer: Writer, list: readonly string[]): string | undefined {
  room(writer, 0)
  putU32(writer, list.length)
  for (const text of list) {
    const problem = putText(writer, text)
    if (problem !== undefined) return problem
  }
  return undefined
}

function putBytes(writer: Writer, bytes: Uint8Array): string | undefined {
  room(writer, bytes.length)
  putU32(writer, bytes.length)
  writer.bytes.set(bytes, writer.at)
  writer.at += bytes.length
  return undefined
}

function putU32s(writer: Writer, list: readonly number[]): string | undefined {
  room(writer, 4 * list.length)
  putU32(writer, list.length)
  for (const value of list) {
    const problem = putU32(writer, value)
    if (problem !== undefined) return problem
  }
  return undefined
}
