import type { Fault, Pointer } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'

/** A line for a file of the container's cgroup. */
export type CgroupLine = {
  readonly pointer: Pointer
  readonly file: string
  readonly value: string
  /** The value is what holds on a machine without the file, e.g. no limit: then the write is left out. */
  readonly missing_ok?: true
  /** Another file and value for a machine without `file`. */
  readonly otherwise?: { readonly file: string; readonly value: string }
}

/** The same, with its controller. */
export type Write = CgroupLine & { readonly controller: string; readonly version: Version }

export type Version = 1 | 2

/** The cgroup for which a section is compiled. */
export type Target = {
  readonly version: Version
  /** Reads a file of the cgroup, as the order of some writes depends on it; undefined for all files of a new cgroup. */
  readonly now: Now
}

export type Now = (file: string) => string | undefined

/** Compiles a section of `linux.resources` to lines, in their order; says what is wrong with it on this machine. */
export type Section = (resources: Resources, target: Target) => Generator<CgroupLine | Fault>
