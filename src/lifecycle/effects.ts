import { about } from '../failure.ts'
import type { Native } from '../native/table.ts'
import { decode, type Outcome } from '../program/outcome.ts'

/** A program for a container, ready to be executed. */
export type Execution = {
  readonly bytes: Uint8Array
  /** The folder of all state, absolute. */
  readonly root: string
  readonly id: string
  /** What becomes 0, 1, 2 … of the container's process; empty where no process is made. */
  readonly fds: readonly number[]
}

/**
 * An operation is a generator: it yields the programs that it wants executed, receives their outcomes, and returns its result. So the
 * command line, which waits, and the library, which must not wait, share every line of it; only the caller that drives it differs.
 */
export type Effects<R> = Generator<Execution, R, Outcome>

/** An operation on a container: a failure on the way gets the container's id. */
export function* forContainer<R>(id: string, effects: Effects<R>): Effects<R> {
  try {
    return yield* effects
  } catch (failure) {
    throw about(failure, id)
  }
}

/** Drives an operation to its end and waits for each program. */
export function perform<R>(native: Native, effects: Effects<R>): R {
  let next = effects.next()
  while (!next.done) {
    const { bytes, root, id, fds } = next.value
    next = effects.next(outcomeOf(native.execute(bytes, root, id, fds, -1)))
  }
  return next.value
}

/** The interpreter's answer. Throws if it could not even begin: the program is not well formed, or there is no memory. */
export function outcomeOf(answer: Uint8Array | number): Outcome {
  if (typeof answer === 'number') throw new Error(`the program was not accepted: errno ${-answer}`)
  return decode(answer)
}
