import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const told = Number(process.env.PATIENCE ?? 1)

/**
 * How many times slower than usual the machine is now: all time limits of the tests are multiplied by this number. It comes from PATIENCE,
 * for example for an emulated machine, or from the number of tasks that wait for each processor. It is a whole number, because time limits
 * in milliseconds must be.
 */
export const patience = (): number => Math.ceil(Math.max(told, (loadavg()[0] ?? 0) / availableParallelism()))

/** Waits until `done`, for at most this number of milliseconds of patience; returns whether it happened. */
export async function soon(done: () => boolean | Promise<boolean>, milliseconds = 5_000): Promise<boolean> {
  const start = Date.now()
  do {
    if (await done()) return true
    await sleep(10)
  } while (Date.now() - start < milliseconds * patience())
  return done()
}

/** Calls `late` after this number of milliseconds of patience; the returned function prevents this. */
export function within(milliseconds: number, late: () => void): () => void {
  const start = Date.now()
  let timer: NodeJS.Timeout
  const look = () => {
    const left = start + milliseconds * patience() - Date.now() // the load may have risen
    timer = left > 0 ? setTimeout(look, left) : setTimeout(late)
  }
  look()
  return () => clearTimeout(timer)
}
