import type { Fault } from '../spec/pointer.ts'

/** A profile that cannot become a filter. The pointers are relative to /linux/seccomp. */
export class SeccompFailure extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n'))
    this.name = 'SeccompFailure'
    this.faults = faults
  }
}

/** Why a part of a profile cannot be, and which of its fields is to blame. */
export type ProfileFault = { readonly field: string; readonly message: string }
