import type { Fault } from '../spec/pointer.ts'

/** A profile that cannot be compiled. The pointers are relative to /linux/seccomp. */
export class SeccompFailure extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n'))
    this.name = 'SeccompFailure'
    this.faults = faults
  }
}

/** What is wrong with a part of a profile, and in which of its fields. */
export type ProfileFault = { readonly field: string; readonly message: string }
