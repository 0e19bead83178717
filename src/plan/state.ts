import type { Op, Pointer } from '../step/step.ts'

/**
 * What a container is and what must be undone: the file `intent` in its state folder, written before anything else is made.
 * Its paths are those that the steps use, with the holes filled.
 */
export type Intent = {
  readonly bundle: string
  /** Absolute. */
  readonly rootfs: string
  /** RFC 3339, UTC. */
  readonly created: string
  readonly annotations?: Readonly<Record<string, string>>
  /** The uid of who made it. */
  readonly owner: number
  /** Its folder in each cgroup hierarchy. */
  readonly cgroups: readonly string[]
  /** The one of them that can freeze it: by freezer.state on v1, by cgroup.freeze on v2. */
  readonly freezer?: string
  /** What is unmounted in the end, where the container has no mount namespace of its own. */
  readonly covered?: string
}

/** state.json, written when the init waits for start (`run`: before exec): the container exists. */
export type State = Intent & {
  readonly pid: number
  /** Of the init, in clock ticks since boot. */
  readonly startTime: number
  /** The init's steps after `wait`, for the message when one of them fails in start. */
  readonly last: readonly Last[]
}

/** A step that may fail in start, as messages need it. `what`: the program of exec, the path of a hook, else the line. */
export type Last = readonly [place: number, op: Op, from: Pointer, what: string]
