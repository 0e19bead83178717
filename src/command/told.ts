import type { Op, Pointer } from '../step/step.ts'

/** A step as error messages need it: also from a compiled program and from state.json, where the step itself is gone. */
export type Told = {
  readonly place: number
  readonly op: Op
  readonly from: Pointer
  /** The step in words, as `ocits plan` prints them. */
  readonly line: string
  /** The first word of the process, where a message names it. */
  readonly program: string
  /** The field with the limit of memory, if the container gets one: an init that is killed may have died of it. */
  readonly limit?: Pointer | undefined
}
