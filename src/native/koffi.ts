import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import koffi from 'koffi'
import { type Argument, type FunctionRow, functionTable, type Native } from './table.ts'

/** dist/libocits.so, seen from dist/native/koffi.js and from src/native/koffi.ts. */
const path = new URL(import.meta.url.endsWith('.ts') ? '../../dist/libocits.so' : '../libocits.so', import.meta.url)
const library = koffi.load(fileURLToPath(path))
koffi.struct('blob', { data: 'void *', size: 'size_t' })

const EINVAL = 22

const declared = {
  str: 'const char *',
  bytes: 'const uint8_t *, size_t',
  i32: 'int32_t',
  fds: 'const int32_t *, uint32_t',
} as const satisfies Record<Argument, string>

type Call = ReturnType<typeof library.func>
type Blob = { data: unknown; size: number | bigint }

function declare(symbol: string, row: FunctionRow): Call {
  const parameters: string[] = row.args.map((kind) => declared[kind])
  if (row.result !== 'i32') parameters.push('_Out_ blob *')
  return library.func(`int32_t ${symbol}(${parameters.join(', ')})`)
}

const free = library.func('void node_free(void *)')

/** The JavaScript value of a result that C allocated; frees the memory of C. */
function take(blob: Partial<Blob>): Uint8Array {
  const size = Number(blob.size ?? 0)
  const bytes = size === 0 ? new Uint8Array() : koffi.decode(blob.data, 'uint8_t', size)
  free(blob.data)
  return bytes
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** C would cut a string at a NUL. No path, id or environment variable can have one. */
const refused = (kind: Argument, value: unknown) => kind === 'str' && String(value).includes('\0')

/** An argument in the form that C takes. */
function pass(kind: Argument, value: unknown): readonly unknown[] {
  if (kind === 'bytes') return [value, (value as Uint8Array).length]
  if (kind === 'fds') return [value, (value as readonly number[]).length]
  return [value]
}

function give(row: FunctionRow, result: number, blob: Partial<Blob>): number | string | Uint8Array {
  if (result < 0 || row.result === 'i32') return result
  return row.result === 'text' ? utf8.decode(take(blob)) : take(blob)
}

function bind(symbol: string, row: FunctionRow) {
  const call = declare(symbol, row)
  return (...values: readonly unknown[]) => {
    if (row.args.some((kind, i) => refused(kind, values[i]))) return -EINVAL
    const blob: Partial<Blob> = {}
    const passed = row.args.flatMap((kind, i) => pass(kind, values[i]))
    return give(row, call(...passed, ...(row.result === 'i32' ? [] : [blob])), blob)
  }
}

const rows = Object.entries(functionTable) as [string, FunctionRow][]

/** The native functions; each call blocks until it is done. */
export const native = Object.fromEntries(rows.map(([name, row]) => [name, bind(`native_${name}`, row)])) as Native

/**
 * The native functions for a process that carries out one command: a signal during `execute` makes it undo what it did, or is passed on to
 * the container for which it waits, as in the static binary.
 */
export function commandNative(): Native {
  const failed = library.func('int32_t node_hold_signals()')()
  if (failed < 0) throw new Error(`cannot hold signals: errno ${-failed}`)
  return { ...native, execute: bind('node_execute', functionTable.execute) as Native['execute'] }
}

const executeCall = declare('native_execute', functionTable.execute)

/** koffi refuses calls beyond a number that it has memory for, and more calls at once than the machine has processors save no time. */
const most = 16
let running = 0
const waiting: (() => void)[] = []

/**
 * execute, on a thread of its own, so that the event loop goes on. `cancel` is -1 or a descriptor that turns readable
 * (native.event(), then 8 bytes written to it).
 */
export async function executeAsync(...values: Parameters<Native['execute']>): Promise<Uint8Array | number> {
  if (functionTable.execute.args.some((kind, i) => refused(kind, values[i]))) return -EINVAL
  if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  const blob: Partial<Blob> = {}
  const passed = functionTable.execute.args.flatMap((kind, i) => pass(kind, values[i]))
  try {
    const result = await new Promise<number>((resolve, reject) =>
      executeCall.async(...passed, blob, (error: unknown, value: number) => (error ? reject(error) : resolve(value))),
    )
    return result < 0 ? result : take(blob)
  } finally {
    running--
    waiting.shift()?.()
  }
}

type Watcher = {
  /** Calls back once, when the descriptor is readable. */
  readonly once: (fd: number, ready: () => void) => void
  /** The event loop is kept alive while somebody waits. */
  readonly hold: <T>(promise: Promise<T>) => Promise<T>
}

/** One thread that waits for all descriptors, and a pipe to which it writes the number of each that is readable. */
function watch(): Watcher {
  const add = library.func('int32_t node_watch(int32_t, int32_t)')
  const fds: [number, number] = [-1, -1]
  const failed: number = library.func('int32_t node_watcher(_Out_ int32_t *)')(fds)
  if (failed < 0) throw new Error(`cannot watch processes: errno ${-failed}`)
  const ready = new Map<number, () => void>()
  const pipe = new Socket({ fd: fds[0], readable: true, writable: false }).unref()
  let rest = Buffer.alloc(0)
  let held = 0

  pipe.on('data', (bytes: Buffer) => {
    const all = Buffer.concat([rest, bytes])
    const whole = all.length - (all.length % 4)
    rest = all.subarray(whole)
    for (let at = 0; at < whole; at += 4) {
      const fd = all.readInt32LE(at)
      const call = ready.get(fd)
      ready.delete(fd)
      call?.()
    }
  })

  return {
    once: (fd, call) => {
      const refusal: number = add(fds[1], fd)
      if (refusal < 0) throw new Error(`cannot watch a process: errno ${-refusal}`)
      ready.set(fd, call)
    },
    hold: async (promise) => {
      if (held++ === 0) pipe.ref()
      try {
        return await promise
      } finally {
        if (--held === 0) pipe.unref()
      }
    },
  }
}

let watcher: Watcher | undefined

/**
 * Follows a child of this process, made by execute: it is reaped as soon as it ends. The function that is returned waits for its
 * exit status, 0-255 or 128 + signal; only such a wait keeps the event loop alive.
 */
export function follow(pid: number): () => Promise<number> {
  watcher ??= watch()
  const { once, hold } = watcher
  const pidfd = native.pidfd(pid)
  if (pidfd < 0) throw new Error(`cannot follow process ${pid}: errno ${-pidfd}`)
  const exit = new Promise<number>((resolve) => {
    once(pidfd, () => {
      const status = native.status(pidfd)
      closeSync(pidfd)
      resolve(status)
    })
  })
  return async () => {
    const status = await hold(exit)
    if (status < 0) throw new Error(`cannot reap process ${pid}: errno ${-status}`)
    return status
  }
}

/** Resolves when a descriptor is readable, and keeps the event loop alive until then. */
export function readable(fd: number): Promise<void> {
  watcher ??= watch()
  const { once, hold } = watcher
  return hold(new Promise<void>((resolve) => once(fd, resolve)))
}
