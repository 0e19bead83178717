import { getUtf8 } from '../spec/utf8.ts'

/** A lenient step that failed. */
export type Note = { readonly index: number; readonly errno: number; readonly detail: string }

/** What `execute` answers with. */
export type Outcome = {
  /** The step that failed; undefined: none did. */
  readonly index: number | undefined
  /** Positive; 0: none. */
  readonly errno: number
  /** Of the init; 0: none. */
  readonly pid: number
  /** Of the init: 0-255, or 128 + signal; undefined: not waited for. */
  readonly exitStatus: number | undefined
  /** Of the init, in clock ticks since boot. */
  readonly startTime: number
  /** It failed after `start`: the index is one of the create program's. */
  readonly afterStart: boolean
  /** What is known beside the errno: an index of `reasons` (format.ts); 0: nothing. */
  readonly reason: number
  /** What the kernel or a hook said: data, never a format. */
  readonly detail: string
  readonly notes: readonly Note[]
}

/** Reads the bytes of an outcome (format.ts). Throws if they are none. */
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
