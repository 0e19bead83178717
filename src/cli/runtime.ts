import type { Failure } from '../failure.ts'
import type { Cold, Runtime } from '../lifecycle/runtime.ts'
import type { Native } from '../native/table.ts'
import type { Parsed } from './full_parser.ts'
import type { CommandLine } from './parse.ts'

/** What every command needs. */
export type CommandRuntime = Runtime<CommandCold>

/** Functions that are rarely needed: src/cli/cold.ts. */
export type CommandCold = Cold & {
  /** Reads a command line that the quick parser did not take. */
  readonly parseFully: (args: readonly string[], native: Native) => Parsed
  /** A failure of create or run, with a hint if the id and the bundle seem to be swapped. */
  readonly misplaced: (native: Native, line: Pick<CommandLine, 'verb' | 'words'>, failure: Failure) => Failure
  /** Executes a command that dispatch.ts does not; the exit code. */
  readonly command: (runtime: CommandRuntime, line: CommandLine) => number
  /** Lines for stderr, in colours where that is a terminal that has them. */
  readonly painted: (native: Native, lines: string) => string
  /** The result of a compiled program: the exit status. Throws the failure. */
  readonly ended: (runtime: CommandRuntime, line: CommandLine, answer: Uint8Array | number) => number
}
