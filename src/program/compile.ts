import { getUtf8, putUtf8 } from '../spec/utf8.ts'
import { namer } from '../step/named.ts'
import type { Pointer, Step } from '../step/step.ts'
import { encode, headerSize, magic } from './encode.ts'

/** For the messages of errors: where a step comes from, and what it does. */
export type Label = readonly [from: Pointer, line: string]

/** A program as a file (`ocits compile`): its bytes, then the labels of its steps as JSON, which only messages need. */
export function compile(steps: readonly Step[]): Uint8Array {
  const program = encode(steps)
  const told = namer(steps)
  const labels = JSON.stringify(steps.map((step) => [step.from, told(step)]))
  const file = new Uint8Array(program.length + 3 * labels.length)
  file.set(program)
  return file.subarray(0, putUtf8(file, program.length, labels))
}

/** The two parts of a compiled program; undefined: the file is none. The labels are read when they are asked for. */
export function split(file: Uint8Array): { program: Uint8Array; labels: () => readonly Label[] } | undefined {
  for (const [at, byte] of magic.entries()) if (file[at] !== byte) return undefined
  if (file.length < headerSize) return undefined
  const size = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(8, true)
  if (size < headerSize || size > file.length) return undefined
  return { program: file.subarray(0, size), labels: () => JSON.parse(getUtf8(file.subarray(size))) as Label[] }
}
