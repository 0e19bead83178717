import { getUtf8 } from '../spec/utf8.ts'

/** A lenient step that failed. */
export type Note = { readonly index: number; readonly errno: number; readonly detail: string }

/** The answer of `execute`. */
export type Outcome = {
  /** The index of the step that failed; undefined: none did. */
  readonly index: number | undefined
  /** A positive number; 0: no error. */
  readonly errno: number
  /** The pid of the init; 0: there is none. */
  readonly pid: number
  /** The exit status of the init: 0-255, or 128 + signal; undefined: nobody waited for it. */
  readonly exitStatus: number | undefined
  /** The start time of the init, in clock ticks since boot. */
  readonly startTime: number
  /** The step failed after `start`: the index is one of the program that created the container. */
  readonly afterStart: boolean
  /** An index of `reasons` (format.ts); 0: the errno says all. */
  readonly reason: number
  /** Words of the kernel or of a hook; never used as a format. */
  readonly detail: string
  readonly notes: readonly Note[]
}

/** Decodes an outcome (format.ts). Throws if the bytes are malformed. */
export function decode(bytes: Uint8Array): Outcome {
  const cursor = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 }
  const index = i32(cursor)
  const found = {
    index: index < 0 ? undefined : index,
    errno: i32(cursor),
    pid: i32(cursor),
    exitStatus: status(i32(cursor)),
    startTime: u32(cursor) + u32(cursor) * 0x100000000,
    afterStart: u32(cursor) === 1,
    reason: u32(cursor),
    detail: text(cursor),
    notes: notes(cursor),
  }
  if (cursor.at !== bytes.length) throw new Error(`an outcome of ${bytes.length} bytes ends at ${cursor.at}`)
  return found
}

type Cursor = { readonly bytes: Uint8Array; readonly view: DataView; at: number }

function status(value: number): number | undefined {
  return value < 0 ? undefined : value
}

function notes(cursor: Cursor): Note[] {
  const found: Note[] = []
  for (let left = u32(cursor); left > 0; left--) {
    found.push({ index: i32(cursor), errno: i32(cursor), detail: text(cursor) })
  }
  return found
}

function i32(cursor: Cursor): number {
  const value = cursor.view.getInt32(cursor.at, true)
  cursor.at += 4
  return value
}

function u32(cursor: Cursor): number {
  return i32(cursor) >>> 0
}

function text(cursor: Cursor): string {
  const size = u32(cursor)
  if (size > cursor.bytes.length - cursor.at) throw new Error(`an outcome lacks ${size} bytes of text`)
  const found = getUtf8(cursor.bytes.subarray(cursor.at, cursor.at + size))
  cursor.at += size
  return found
}
