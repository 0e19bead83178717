import { about } from '../failure.ts'
import type { Native } from '../native/table.ts'
import { decode, type Outcome } from '../program/outcome.ts'

/** A program for a container, ready to be executed. */
export type Execution = {
  readonly bytes: Uint8Array
  /** The folder of all state, absolute. */
  readonly root: string
  readonly id: string
  /** The descriptors that become 0, 1, 2 … of the container's process; empty if no process is made. */
  readonly fds: readonly number[]
}

/**
 * An operation is a generator: it yields the programs that it wants executed, receives their outcomes, and returns its result. So the
 * command line, which blocks while a program runs, and the library, which must not block, share all code of an operation; only what drives it
 * differs.
 */
export type Effects<R> = Generator<Execution, R, Outcome>

/** An operation on a container: every failure in it gets the container's id. */
export function* forContainer<R>(id: string, effects: Effects<R>): Effects<R> {
  try {
    return yield* effects
  } catch (failure) {
    throw about(failure, id)
  }
}

/** Runs an operation to its end, and blocks while each of its programs is executed. */
export function perform<R>(native: Native, effects: Effects<R>): R {
  let next = effects.next()
  while (!next.done) {
    const { bytes, root, id, fds } = next.value
    next = effects.next(outcomeOf(native.execute(bytes, root, id, fds, -1)))
  }
  return next.value
}

/** The interpreter's answer. Throws if the interpreter could not begin: the program is malformed, or there is no memory. */
export function outcomeOf(answer: Uint8Array | number): Outcome {
  if (typeof answer === 'number') throw new Error(`the program was not accepted: errno ${-answer}`)
  return decode(answer)
}
