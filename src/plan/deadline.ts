import type { Step } from '../step/step.ts'

/** From SIGTERM to SIGKILL, in milliseconds. */
const grace = 5000

/** The program ends when this time is over, in milliseconds. `whole`: all that came of it is asked to end, not it alone. */
export const deadline = (timeout: number, whole: boolean): Step => ({
  op: 'deadline',
  actor: 'parent',
  pointer: '',
  timeout,
  grace,
  whole,
})
