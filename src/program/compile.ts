import { parsedOrNothing } from '../spec/json.ts'
import type { Pointer } from '../spec/pointer.ts'
import { getUtf8, putUtf8 } from '../spec/utf8.ts'
import { namer } from '../step/named.ts'
import type { Step } from '../step/step.ts'
import { encode } from './encode.ts'
import { format } from './format.gen.ts'
import { formatAt, headerSize, magic, sizeAt } from './format.ts'

/** Where a step comes from and what it does, for error messages. */
export type StepLabel = readonly [pointer: Pointer, line: string]

/**
 * A program as a file (`ocits compile`): its bytes, then the labels of its steps, which only error messages need: their size as a u32,
 * and the labels as JSON.
 */
export function compile(steps: readonly Step[]): Uint8Array {
  const program = encode(steps)
  const told = namer(steps)
  const labels = JSON.stringify(steps.map((step) => [step.pointer, told(step)]))
  const file = new Uint8Array(program.length + 4 + 3 * labels.length)
  file.set(program)
  const start = program.length + 4
  const end = putUtf8(file, start, labels)
  viewOf(file).setUint32(program.length, end - start, true)
  return file.subarray(0, end)
}

/** Why a file cannot be run. */
export type Unfit = 'no program' | 'another version' | 'cut'

export type Parts = { readonly program: Uint8Array; readonly labels: () => readonly StepLabel[] }

/** The two parts of a compiled program. The labels are parsed when they are needed. */
export function split(file: Uint8Array): Parts | Unfit {
  for (const [at, byte] of magic.entries()) if (file[at] !== byte) return 'no program'
  if (file.length < headerSize) return 'cut'
  const view = viewOf(file)
  if (view.getUint32(formatAt, true) !== format) return 'another version'
  const size = view.getUint32(sizeAt, true)
  if (size < headerSize || size + 4 > file.length) return 'cut'
  if (size + 4 + view.getUint32(size, true) !== file.length) return 'cut'
  return { program: file.subarray(0, size), labels: () => labelsOf(getUtf8(file.subarray(size + 4))) }
}

const viewOf = (file: Uint8Array) => new DataView(file.buffer, file.byteOffset, file.byteLength)

// Labels are only for messages: if they are malformed, errors are reported without them.
function labelsOf(text: string): readonly StepLabel[] {
  const list = parsedOrNothing(text)
  return Array.isArray(list) && list.every(isLabel) ? list : []
}

const isLabel = (value: unknown): value is StepLabel =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
