import type { Fault, Pointer } from './spec/pointer.ts'
import type { Op } from './step/step.ts'

/** config.json has faults, or asks for something that ocits does not support. Nothing has been made, and all faults are reported at once. */
export class SpecFailure extends Error {
  override readonly name = 'SpecFailure'
  readonly faults: readonly Fault[]
  /** The container that was to be made, if any. */
  id: string | undefined

  constructor(faults: readonly Fault[]) {
    super(faultLines(faults).join('; '))
    this.faults = faults
  }
}

/** Refuses a field of config.json: what it asks for is not possible on this machine, or for this caller. */
export function refuse(pointer: Pointer, message: string): never {
  throw new SpecFailure([{ pointer, message }])
}

/**
 * A field of config.json is ignored, or not applied as it is written, and the container is made all the same. It is never thrown, but passed
 * to `Runtime.warn`.
 */
export class SpecWarning extends Error {
  override readonly name = 'SpecWarning'
  /** The pointer of the field. */
  readonly pointer: Pointer

  constructor(fault: Fault) {
    super(faultLine(fault))
    this.pointer = fault.pointer
  }
}

/** The kernel, or a hook, refused a step of the plan. What was made has been undone. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  /** The field of config.json that asked for the step; empty for a step of every container. */
  readonly pointer: Pointer
  readonly op: Op
  /** The step's number in its plan, as `ocits plan` counts. */
  readonly index: number
  readonly errno: number
  /** The name of the errno, such as `ENOENT`. */
  readonly code: string
  /** Words of the kernel or of a hook; often empty. */
  readonly detail: string
  /** The container that it is about. */
  id: string | undefined
  /** What the command line ends with, where that is neither 1 nor what its command always has. */
  exitCode?: number

  constructor(message: string, facts: Readonly<Omit<StepFailure, keyof Error | 'id' | 'exitCode'>>) {
    super(message)
    this.pointer = facts.pointer
    this.op = facts.op
    this.index = facts.index
    this.errno = facts.errno
    this.code = facts.code
    this.detail = facts.detail
  }
}

/** The kind of a UsageError, for programs; its message is for people. */
export type UsageCode =
  | 'ARGUMENT' // the command line, or an argument of the library
  | 'ID' // not an id
  | 'BUNDLE' // no bundle, no config.json, no rootfs
  | 'ROOT' // the folder of all state
  | 'EXISTS' // the id is in use
  | 'MISSING' // no such container
  | 'STATUS' // the container is not in a state that allows it
  | 'CORRUPT' // a file of its record cannot be understood
  | 'SYSTEM' // a file could not be read or written

/** The request cannot be carried out: an unknown container, a wrong status, a bad id. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code: UsageCode
  /** The container, if it is about one, as the caller named it, so perhaps not a valid id. */
  id: string | undefined

  constructor(code: UsageCode, message: string, id?: string) {
    super(message)
    this.code = code
    this.id = id
  }
}

export type Failure = SpecFailure | StepFailure | UsageError

/** Whether an error is one of the three classes above. */
export function isFailure(error: unknown): error is Failure {
  return error instanceof SpecFailure || error instanceof StepFailure || error instanceof UsageError
}

/** Adds the id of the container to a failure that has none yet. */
export function about<F>(failure: F, id: string): F {
  if (isFailure(failure)) failure.id ??= id
  return failure
}

/** `config.json#/mounts/1/destination: expected string` */
export function faultLine({ pointer, message }: Fault): string {
  return `${placeOf(pointer)}: ${message}`
}

/** A pointer for messages. exec has other pointers, which stay: into its process file (`process.json#/args/0`), or a flag (`--cwd`). */
export function placeOf(pointer: Pointer): string {
  return pointer === '' || pointer.startsWith('/') ? `config.json${pointer === '' ? '' : `#${pointer}`}` : pointer
}

/** The largest number of faults, or warnings, that are shown. Of more, only their number is shown. */
const maxTold = 100

/** A line for each of the first faults. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  const lines = faults.slice(0, maxTold).map(faultLine)
  return faults.length > maxTold ? [...lines, `and ${faults.length - maxTold} more`] : lines
}

/** Passes on the first warnings, and the number of the others. */
export function warnOf(warn: (warning: Error) => void, faults: readonly Fault[], kind: string): void {
  for (const each of faults.slice(0, maxTold)) warn(new SpecWarning(each))
  if (faults.length > maxTold)
    warn(new SpecWarning({ pointer: '', message: `and ${faults.length - maxTold} more ${kind}` }))
}
