import { SpecFailure } from '../failure.ts'
import type { Pointer } from '../step/step.ts'

/** The config asks for what cannot be on this machine, or not for this caller. */
export function refuse(pointer: Pointer, message: string): never {
  throw new SpecFailure([{ pointer, message }])
}
