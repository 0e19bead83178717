import type { Step } from '../step/step.ts'

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const grace = 5000

/** Ends the program after `timeout` milliseconds. `whole`: SIGTERM goes to all its descendants, not to it alone. */
export const deadline = (timeout: number, whole: boolean): Step => ({
  op: 'deadline',
  actor: 'parent',
  pointer: '',
  timeout,
  grace,
  whole,
})
