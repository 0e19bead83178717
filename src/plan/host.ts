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
   * Whether the namespace at a path is the runtime's own, by whatever name, so that a process has it without joining. Only read if the config
   * has such a path.
   */
  readonly isOwn: (type: NamespaceType, path: string) => boolean
  /**
   * Whether a mount namespace is kept by a bind mount of its file, as snapd and `unshare --mount=FILE` do. Only read if a tree is cloned
   * early.
   */
  readonly pinned: boolean
  /** Whether this process may make devices (CAP_MKNOD): not in many containers. Only read if a device is to be made. */
  readonly makesNodes: boolean
  /** Only read if the config has a label. */
  readonly security: Security
  /** Where resctrl is mounted; undefined: nowhere. Only read if the config has linux.intelRdt. */
  readonly resctrl: string | undefined
}

/** The security modules that are active. */
export type Security = {
  /** The file below /proc/PID/attr/ to which a process writes its next profile; undefined: AppArmor is not active. */
  readonly apparmor: string | undefined
  readonly selinux: boolean
}

/** The systemd that can make the cgroup: that of the machine or of a user. */
export type Systemd = {
  /** The socket of its D-Bus. */
  readonly bus: string
  /** The cgroup of its units: empty for the machine's systemd, /user.slice/user-1000.slice/user@1000.service for a user's. */
  readonly cgroup: string
  /** The id of the container, after which its unit is named. */
  readonly id: string
}

/** What the caller of create or run asks for, apart from the config. */
export type Request = {
  /** The bundle's folder: an absolute path without symlinks. */
  readonly bundle: string
  /** The init waits for `start` after `create`, not in `run`. `detach`: run returns once the process runs; `keep`: the stopped container stays. */
  readonly mode: 'create' | 'run'
  readonly detach: boolean
  readonly keep: boolean
  readonly noPivot: boolean
  readonly noNewKeyring: boolean
  /** Absolute. */
  readonly pidFile: string | undefined
  /** The path of the socket to which the terminal of the process is sent. */
  readonly consoleSocket?: string | undefined
  /** The socket of who gets a pidfd of the process. */
  readonly pidfdSocket?: string | undefined
  /** The socket of the service manager that is to hear when the process is ready (sd_notify(3)); with `@` an abstract name. */
  readonly notifySocket?: string | undefined
  /** How long the program may run, in milliseconds; undefined: without a limit. */
  readonly timeout?: number | undefined
  /** The caller is a program that uses the library: `delete --force` must not send it a signal to stop a create. */
  readonly library?: boolean
  /** Receives warnings: a field is ignored or not applied as it is written. undefined: there are no warnings. */
  readonly warn?: Report
  /** Who makes the cgroup; undefined: ocits itself. `disabled`: nobody, and the fields of the config about cgroups are ignored. */
  readonly cgroups?: Systemd | 'disabled'
  /** Go on without the cgroups that the caller may not make; undefined: only if the caller is rootless. */
  readonly withoutCgroups?: boolean
}
