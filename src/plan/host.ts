import type { Hierarchies } from '../cgroup/hierarchy.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Report } from '../spec/pointer.ts'

export type { Hierarchy } from '../cgroup/hierarchy.ts'

/** The facts of the machine that a plan may depend on. How they are read: src/machine/observe.ts. */
export type Host = Hierarchies & {
  readonly euid: number
  readonly egid: number
  /** The architecture, as uname(2) names it: x86_64. */
  readonly machine: string
  /** Not the initial user namespace, or not its root. */
  readonly rootless: boolean
  /** Whether setgroups(2) is allowed in the caller's user namespace, and so in those made in it (user_namespaces(7)). */
  readonly setgroups: boolean
  /**
   * Whether the namespace at a path is the one that a process started here is in anyhow: that of the host, whatever name it has. Looked at
   * where a config has such a path.
   */
  readonly isOwn: (type: NamespaceType, path: string) => boolean
  /**
   * Whether somebody keeps a mount namespace by a bind mount of its file, as snapd and `unshare --mount=FILE` do. Looked for where a tree is
   * cloned early.
   */
  readonly pinned: boolean
  /** Read when a config asks for a label. */
  readonly security: Security
  /** Where resctrl is mounted; undefined: nowhere. Looked for when a config asks for it. */
  readonly resctrl: string | undefined
}

/** The security modules that are active. */
export type Security = {
  /** Where a process says its next profile, below /proc/PID/attr/; undefined: there is no AppArmor. */
  readonly apparmor: string | undefined
  readonly selinux: boolean
}

/** A systemd that can make the cgroup, the machine's or a user's. */
export type Systemd = {
  /** The socket of the D-Bus where it listens. */
  readonly bus: string
  /** The cgroup below which its units are: empty for the machine's, as /user.slice/user-1000.slice/user@1000.service for a user's. */
  readonly cgroup: string
  /** The container's: its unit is named by it. */
  readonly id: string
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
  /** The socket of who gets the terminal of the process: a path of the caller's. */
  readonly consoleSocket?: string | undefined
  /** The caller is somebody's program, not a command: nobody may send it a signal to make it give up. */
  readonly library?: boolean
  /** Told what of the config is passed over, or not taken as it stands; unset: nobody is. */
  readonly warn?: Report
  /** Who makes the cgroup; unset: ocits itself. `disabled`: nobody, and what the config says about cgroups is passed over. */
  readonly cgroups?: Systemd | 'disabled'
  /** Go without the cgroups that the caller may not make; unset: who is rootless does. */
  readonly withoutCgroups?: boolean
}
