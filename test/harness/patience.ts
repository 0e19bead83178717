import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const told = Number(process.env.PATIENCE ?? 1)

/**
 * How many times slower than usual the machine is now: all limits of the tests are so much longer. It is told by PATIENCE, as for an
 * emulated machine, or seen: so many tasks wait for each processor. A whole number, as time limits of milliseconds have to be.
 */
export const patience = (): number => Math.ceil(Math.max(told, (loadavg()[0] ?? 0) / availableParallelism()))

/** Waits until `done`, for milliseconds of patience at most; answers whether it came. */
export async function soon(done: () => boolean | Promise<boolean>, milliseconds = 5_000): Promise<boolean> {
  const start = Date.now()
  do {
    if (await done()) return true
    await sleep(10)
  } while (Date.now() - start < milliseconds * patience())
  return done()
}

/** Calls `late` when milliseconds of patience are over; the function that it answers prevents that. */
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
