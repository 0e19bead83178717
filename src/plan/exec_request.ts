import type { Report } from '../spec/pointer.ts'
import type { Process } from '../spec/process.ts'

/** What the caller of exec asks for. Each field of the process that it names takes the place of that of the process file, or of config.json. */
export type ExecRequest = {
  /** The process file; undefined: the process of config.json is the model. */
  readonly file?: Process | undefined
  readonly args: readonly string[]
  /** Added to those of the model. */
  readonly env: readonly string[]
  readonly cwd?: string | undefined
  readonly user?: { readonly uid: number; readonly gid?: number | undefined } | undefined
  /** Added to those of the model. */
  readonly additionalGids: readonly number[]
  /** Added to the bounding, permitted and effective ones: files with inheritable capabilities gain nothing by it. */
  readonly caps: readonly string[]
  readonly noNewPrivileges?: true | undefined
  readonly apparmorProfile?: string | undefined
  readonly selinuxLabel?: string | undefined
  /** It gets a terminal whatever the model says. */
  readonly terminal?: true | undefined
  /** The socket of who gets the terminal: a path of the caller's. */
  readonly consoleSocket?: string | undefined
  /** The socket of who gets a pidfd of the process. */
  readonly pidfdSocket?: string | undefined
  /** `[CONTROLLER,…:]PATH` each: cgroups below the container's own. */
  readonly cgroups: readonly string[]
  /** Stays until the process ends unless it is true. */
  readonly detach: boolean
  /** How long it may run, in milliseconds; undefined: without a limit. */
  readonly timeout?: number | undefined
  /** The container is frozen, and the process will be from the moment it joins the cgroup. */
  readonly paused: boolean
  /** Absolute. */
  readonly pidFile?: string | undefined
  readonly warn?: Report
}
