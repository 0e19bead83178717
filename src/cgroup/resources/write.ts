import type { Fault, Pointer } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'

/** A line for a file of the container's cgroup. */
export type CgroupLine = {
  readonly pointer: Pointer
  readonly file: string
  readonly value: string
  /** Without the file or its controller holds what the value says, e.g. no limit. */
  readonly missing_ok?: true
  /** What is written where `file` is missing. */
  readonly otherwise?: { readonly file: string; readonly value: string }
}

/** The same, with its controller. */
export type Write = CgroupLine & { readonly controller: string; readonly version: Version }

export type Version = 1 | 2

/** Where the lines of a section go. */
export type Target = {
  readonly version: Version
  /** What a file of the cgroup says now; undefined for all while the cgroup is new. The order of some writes depends on it. */
  readonly now: Now
}

export type Now = (file: string) => string | undefined

/** A section of `linux.resources` as lines, in their order, and what is wrong with it here. */
export type Section = (resources: Resources, target: Target) => Generator<CgroupLine | Fault>
