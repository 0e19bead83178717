/** A mounted cgroup hierarchy. */
export type Hierarchy = {
  /** Where it is mounted, e.g. /sys/fs/cgroup/memory. */
  readonly mount: string
  /** v1: its controllers (`name=systemd` for a named one). v2: what cgroup.controllers of the mount's root lists. */
  readonly controllers: readonly string[]
  /** The runtime's own cgroup in it, as /proc/self/cgroup has it, relative to the mount; `/` at its root. */
  readonly own: string
  /**
   * For a caller that is not root: the highest cgroup that belongs to it, its own or one above; '' if there is none. Below it the caller may
   * make cgroups and move processes (cgroups(7), delegation). undefined: the caller is root, and may do so everywhere.
   */
  readonly delegated?: string
}

/** The hierarchies of a machine. */
export type Hierarchies = {
  /** cgroup v1 hierarchies, in mount order; empty on a pure v2 machine. */
  readonly v1: readonly Hierarchy[]
  /** The cgroup v2 hierarchy: the only one on a pure v2 machine, without controllers on a hybrid one. */
  readonly v2: Hierarchy | undefined
}
