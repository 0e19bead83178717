import type { StepFailure, UsageError } from '../failure.ts'
import { stateRoot } from '../machine/root.ts'
import type { Native } from '../native/table.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import type { StepDescription } from './step_error.ts'

export const cgroupManagers = ['cgroupfs', 'systemd', 'disabled'] as const
export type CgroupManager = (typeof cgroupManagers)[number]

/** What every operation needs. `C`: the cold functions that its caller provides. */
export type Runtime<C extends Cold = Cold> = {
  readonly native: Native
  /** The folder of all state, absolute. */
  readonly root: string
  /** Go on without the rights on cgroups that only root has; undefined: if this user is not root. */
  readonly rootless: boolean | undefined
  /** Who makes the cgroups of containers. */
  readonly cgroupManager: CgroupManager
  readonly cold: () => C
  /** Receives warnings: a field is not applied as it is written (SpecWarning), or a lenient step has failed. The operation goes on. */
  readonly warn: (warning: Error) => void
  /** Receives each plan before it is executed; only with --debug. */
  readonly debug: ((lines: string) => void) | undefined
}

/** Functions that are rarely needed. The static binary loads their module at the first call. */
export type Cold = {
  /** All faults of a config.json that is not JSON, or does not have the shape of a Spec. */
  readonly configFaults: (config: string) => readonly Fault[]
  /** Why a config.json cannot be read, and the cure; the error is -errno. */
  readonly unreadable: (native: Native, bundle: string, error: number) => UsageError
  /** The values of a config that are longer, or more, than the kernel accepts. */
  readonly limits: (spec: Spec) => readonly Fault[]
  readonly describeStep: (steps: readonly Step[], index: number) => StepDescription
  readonly stepError: (step: StepDescription, failed: Pick<Outcome, 'errno' | 'detail'>) => StepFailure
  /** The steps of a plan, as `ocits plan` prints them. */
  readonly explain: (steps: readonly Step[]) => string
}

type Options<C extends Cold> = Omit<Runtime<C>, 'root'> & {
  /** The state root that the caller named; undefined: the default of this user (src/machine/root.ts). */
  readonly root: string | undefined
}

/** The default root is looked up when it is first needed, as not every operation needs one, and not every user has one. */
export function runtimeOf<C extends Cold>(options: Options<C>): Runtime<C> {
  let root: string | undefined
  return {
    ...options,
    get root() {
      root ??= stateRoot(options.native, options.root)
      return root
    },
  }
}
