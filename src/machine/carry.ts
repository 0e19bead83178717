import { about } from '../failure.ts'
import type { Native } from '../native/table.ts'
import { decode, type Outcome } from '../program/outcome.ts'

/** A program for a container, ready to be carried out. */
export type Program = {
  readonly bytes: Uint8Array
  /** The folder of all state, absolute. */
  readonly root: string
  readonly id: string
  /** What becomes 0, 1, 2 … of the container's process; empty where no process is born. */
  readonly fds: readonly number[]
}

/**
 * A command is a generator: it yields programs, is handed their outcomes, and returns what came of it. So the command line, which
 * waits, and the library, which must not, share every line of it; only who drives it differs.
 */
export type Acts<R> = Generator<Program, R, Outcome>

/** A command for a container: what fails on the way says which. */
export function* actsOn<R>(id: string, acts: Acts<R>): Acts<R> {
  try {
    return yield* acts
  } catch (failure) {
    throw about(failure, id)
  }
}

/** Drives a command to its end, waiting for each program. */
export function carry<R>(native: Native, acts: Acts<R>): R {
  let act = acts.next()
  while (!act.done) {
    const { bytes, root, id, fds } = act.value
    act = acts.next(outcomeOf(native.execute(bytes, root, id, fds, -1)))
  }
  return act.value
}

/** What the interpreter answered. Throws if it could not even begin: the program is not well formed, or there is no memory. */
export function outcomeOf(answer: Uint8Array | number): Outcome {
  if (typeof answer === 'number') throw new Error(`the program was not accepted: errno ${-answer}`)
  return decode(answer)
}
