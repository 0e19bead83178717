import { closeSync, writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { StepFailure } from './failure.ts'
import { type Effects, outcomeOf } from './lifecycle/effects.ts'
import type { Runtime } from './lifecycle/runtime.ts'
import { reapTimeout, told, type Waiting } from './lifecycle/wait.ts'
import type { Ending } from './machine/ending.ts'
import { executeAsync, follow, native, readable } from './native/koffi.ts'

const ECANCELED = 'ECANCELED'

/** Carries out an operation on other threads. An abort of `signal` undoes what it did, and rejects with the reason of the signal. */
export async function performAsync<R>(effects: Effects<R>, signal: AbortSignal | undefined): Promise<R> {
  signal?.throwIfAborted()
  const cancel = signal === undefined ? undefined : cancelled(signal)
  try {
    let next = effects.next()
    while (!next.done) {
      const { bytes, root, id, fds } = next.value
      next = effects.next(outcomeOf(await executeAsync(bytes, root, id, fds, cancel?.fd ?? -1)))
    }
    return next.value
  } catch (failure) {
    if (failure instanceof StepFailure && failure.code === ECANCELED) signal?.throwIfAborted()
    throw failure
  } finally {
    cancel?.close()
  }
}

// A descriptor that becomes readable when the signal comes.
function cancelled(signal: AbortSignal): { readonly fd: number; readonly close: () => void } {
  const fd = native.event()
  if (fd < 0) throw new Error(`no eventfd: errno ${-fd}`)
  // eventfd(2) adds 8 bytes to its counter; anything but zero makes it readable.
  const abort = () => void writeSync(fd, new Uint8Array(8).fill(1))
  signal.addEventListener('abort', abort, { once: true })
  return {
    fd,
    close: () => {
      signal.removeEventListener('abort', abort)
      closeSync(fd)
    },
  }
}

type Init = { readonly pid: number; readonly startTime: number }
export type Child = Init & { readonly exit: () => Promise<number> }

const known = new Map<string, Child>()

/** The containers that this process has made, by the path of their state. They are reaped when they end; the exit status is kept until delete. */
export const children = {
  add(path: string, { pid, startTime }: Init): Child {
    const child = { pid, startTime, exit: follow(pid) }
    known.set(path, child)
    return child
  },
  /** The one whose init is the one of the state now: another process may have deleted the container, and made a new one of that id. */
  get(path: string, state: () => Init | undefined): Child | undefined {
    const child = known.get(path)
    const init = child === undefined ? undefined : state()
    if (child?.pid === init?.pid && child?.startTime === init?.startTime) return child
    known.delete(path)
    return undefined
  },
  delete: (path: string): boolean => known.delete(path),
}

/** Waits for the end of a container, and resolves to how it ended. */
export async function awaited(runtime: Runtime, waiting: Waiting): Promise<Ending> {
  if (waiting.pidfd !== undefined) await readable(waiting.pidfd)
  for (const end = Date.now() + reapTimeout; ; await setTimeout(20)) {
    const ending = told(runtime, waiting, Date.now() >= end)
    if (ending === undefined) continue
    if (waiting.pidfd !== undefined) closeSync(waiting.pidfd)
    return ending
  }
}

/** JSON in which a bigint is written as a number, as a double cannot hold limits of 64 bits. */
export function exactJson(value: unknown): string {
  const exact = (_key: string, each: unknown) => (typeof each === 'bigint' ? `\0${each}` : each)
  return JSON.stringify(value, exact).replace(/"\\u0000(-?\d+)"/g, '$1')
}
