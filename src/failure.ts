import type { Fault, Pointer } from './spec/pointer.ts'
import type { Op } from './step/step.ts'

/** config.json has a fault, or asks for what ocits does not do. Nothing has been made, and all faults are reported at once. */
export class SpecFailure extends Error {
  override readonly name = 'SpecFailure'
  readonly faults: readonly Fault[]
  /** The container that was to be made, where one was. */
  id: string | undefined

  constructor(faults: readonly Fault[]) {
    super(faultLines(faults).join('; '))
    this.faults = faults
  }
}

/** Refuses a field of config.json: it asks for what cannot be on this machine, or not for this caller. */
export function refuse(pointer: Pointer, message: string): never {
  throw new SpecFailure([{ pointer, message }])
}

/**
 * config.json holds something that is passed over, or not taken as it stands, and the container is made all the same. Never thrown:
 * `Runtime.warn` is told.
 */
export class SpecWarning extends Error {
  override readonly name = 'SpecWarning'
  /** The field of config.json that it is about. */
  readonly pointer: Pointer

  constructor(fault: Fault) {
    super(faultLine(fault))
    this.pointer = fault.pointer
  }
}

/** The kernel, or a hook, refused a step of the plan. What was made has been undone. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  /** The field of config.json that asked for the step; empty for what every container gets. */
  readonly pointer: Pointer
  readonly op: Op
  /** The step's number in its plan, as `ocits plan` counts. */
  readonly index: number
  readonly errno: number
  /** The name of the errno, as `ENOENT`. */
  readonly code: string
  /** What the kernel or a hook said beside the number; often empty. */
  readonly detail: string
  /** The container that it is about. */
  id: string | undefined

  constructor(message: string, facts: Readonly<Omit<StepFailure, keyof Error | 'id'>>) {
    super(message)
    this.pointer = facts.pointer
    this.op = facts.op
    this.index = facts.index
    this.errno = facts.errno
    this.code = facts.code
    this.detail = facts.detail
  }
}

/** What a UsageError is about, for programs: the words are for people. */
export type UsageCode =
  | 'ARGUMENT' // the command line, or an argument of the library
  | 'ID' // not an id
  | 'BUNDLE' // no bundle, no config.json, no rootfs
  | 'ROOT' // the folder of all state
  | 'EXISTS' // the id is in use
  | 'MISSING' // no such container
  | 'STATUS' // the container is not in a state that allows it
  | 'CORRUPT' // its files say nothing sensible
  | 'SYSTEM' // a file could not be read or written

/** It was asked for something that makes no sense here and now: an unknown container, a wrong status, a bad id. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code: UsageCode
  /** The container that it is about, where it is about one; as it was asked for, so perhaps no id at all. */
  id: string | undefined

  constructor(code: UsageCode, message: string, id?: string) {
    super(message)
    this.code = code
    this.id = id
  }
}

export type Failure = SpecFailure | StepFailure | UsageError

/** Whether an error is one of the three. */
export function isFailure(error: unknown): error is Failure {
  return error instanceof SpecFailure || error instanceof StepFailure || error instanceof UsageError
}

/** A failure says which container it is about; one that says so already keeps it. */
export function about<F>(failure: F, id: string): F {
  if (isFailure(failure)) failure.id ??= id
  return failure
}

/** `config.json#/mounts/1/destination: expected string` */
export function faultLine({ pointer, message }: Fault): string {
  return `${placeOf(pointer)}: ${message}`
}

/** A pointer in words. Exec has pointers that are words already: into its process file, as `process.json#/args/0`, or a flag, as `--cwd`. */
export function placeOf(pointer: Pointer): string {
  return pointer === '' || pointer.startsWith('/') ? `config.json${pointer === '' ? '' : `#${pointer}`}` : pointer
}

/** As many faults, or warnings, are told; of the others how many there are. */
const maxTold = 100

/** A line for each fault, of the first that there are. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  const lines = faults.slice(0, maxTold).map(faultLine)
  return faults.length > maxTold ? [...lines, `and ${faults.length - maxTold} more`] : lines
}

/** Tells of the first that there are, and how many more. */
export function warnOf(warn: (warning: Error) => void, faults: readonly Fault[], kind: string): void {
  for (const each of faults.slice(0, maxTold)) warn(new SpecWarning(each))
  if (faults.length > maxTold)
    warn(new SpecWarning({ pointer: '', message: `and ${faults.length - maxTold} more ${kind}` }))
}
