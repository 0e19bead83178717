/** A mounted cgroup hierarchy. */
export type Hierarchy = {
  /** Where it is mounted, e.g. /sys/fs/cgroup/memory. */
  readonly mount: string
  /** v1: its controllers (`name=systemd` for a named one). v2: what cgroup.controllers of the mount's root lists. */
  readonly controllers: readonly string[]
  /** The runtime's own cgroup in it, as /proc/self/cgroup has it, relative to the mount; `/` at its root. */
  readonly own: string
}

/** The facts of the machine that a plan may depend on. How they are read: src/machine/observe.ts. */
export type Host = {
  readonly euid: number
  /** Not the initial user namespace, or not its root. */
  readonly rootless: boolean
  /** cgroup v1 hierarchies, in mount order; empty on a pure v2 machine. */
  readonly v1: readonly Hierarchy[]
  /** The cgroup v2 hierarchy: the only one on a pure v2 machine, without controllers on a hybrid one. */
  readonly v2: Hierarchy | undefined
}

/** What the caller of create or run asked for beside the config. */
export type Request = {
  /** The bundle's folder: absolute, without symlinks. */
  readonly bundle: string
  /** `create` waits for start; `run` does not, and with `detach` does not stay; `keep` leaves the stopped container. */
  readonly mode: 'create' | 'run'
  readonly detach: boolean
  readonly keep: boolean
  readonly noPivot: boolean
  readonly noNewKeyring: boolean
  /** Absolute. */
  readonly pidFile: string | undefined
}
