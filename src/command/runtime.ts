import type { Failure, StepFailure, UsageError } from '../failure.ts'
import type { Native } from '../native/table.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import type { Line } from './parse.ts'
import type { Told } from './told.ts'
import type { Read } from './unusual.ts'

export const cgroupManagers = ['cgroupfs', 'systemd', 'disabled'] as const
export type CgroupManager = (typeof cgroupManagers)[number]

/** What every command works with. */
export type Runtime = {
  readonly native: Native
  /** The folder of all state, absolute. */
  readonly root: string
  /** Go on without cgroup rights that only root has; undefined: as the machine says. */
  readonly rootless: boolean | undefined
  /** Who makes the cgroups of containers. */
  readonly cgroupManager: CgroupManager
  readonly cold: () => Cold
  /** The config is not taken as it stands (SpecWarning), or a lenient step failed, and the command goes on. */
  readonly warn: (warning: Error) => void
  /** Told each plan before it is carried out, where that is asked for. */
  readonly debug: ((lines: string) => void) | undefined
}

/** What is seldom needed, and in the static binary is loaded only then: src/cold.ts. */
export type Cold = {
  /** Reads a command line that the quick parser did not take. */
  readonly unusual: (args: readonly string[], native: Native) => Read
  /** Every fault of a config.json that is no JSON or has not the shape of a Spec. */
  readonly explain: (config: string) => readonly Fault[]
  /** Why a config.json cannot be read, and the cure; the error is -errno. */
  readonly unreadable: (native: Native, bundle: string, error: number) => UsageError
  /** A failure of create or run, with a word on an id and a bundle that have changed places. */
  readonly misplaced: (native: Native, line: Pick<Line, 'verb' | 'words'>, failure: Failure) => Failure
  /** What of a config is more than the kernel takes. */
  readonly limits: (spec: Spec) => readonly Fault[]
  readonly told: (steps: readonly Step[], place: number) => Told
  readonly stepFailure: (step: Told, failed: Pick<Outcome, 'errno' | 'detail'>) => StepFailure
  /** The steps of a plan, as `ocits plan` prints them. */
  readonly table: (steps: readonly Step[]) => string
  /** Carries out a command that is not one of the usual six; the exit code. */
  readonly command: (runtime: Runtime, line: Line) => number
  /** What came of a compiled program: the exit status. Throws the failure. */
  readonly ended: (runtime: Runtime, line: Line, answer: Uint8Array | number) => number
}
