import { UsageError } from '../failure.ts'
import { perform } from '../lifecycle/effects.ts'
import { idsMatching } from '../lifecycle/matching.ts'
import { pause, resume } from '../lifecycle/pause.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { update } from '../lifecycle/update.ts'
import { checkpointCommand, checkpointRow } from './checkpoint.ts'
import { durationOf } from './duration.ts'
import { printEvents } from './events.ts'
import { type LaterVerb, laterCommands } from './later_commands.ts'
import type { CommandLine } from './line.ts'
import { mountsCommand } from './mounts.ts'
import { namespaceCommand, namespaceRow } from './namespaces.ts'
import { printProcesses } from './ps.ts'
import type { CommandRow, Values } from './row.ts'
import { type TeacherVerb, teacherCommands } from './teacher_commands.ts'
import { askedOf } from './update.ts'
import { printEnding } from './wait.ts'

// Commands for containers that are there, which engines run often, but none of them on the way of a start. In the static binary this is a module of
// its own, loaded when one of them is asked for.

/** What a command takes; undefined: there is none of that name, here or in a module that is later still. */
export const laterRow = (verb: string): CommandRow | undefined =>
  Object.hasOwn(laterCommands, verb)
    ? laterCommands[verb as LaterVerb]
    : Object.hasOwn(teacherCommands, verb)
      ? teacherCommands[verb as TeacherVerb]
      : (checkpointRow(verb) ?? namespaceRow(verb))

/** The ids that --regex names. */
export const matching = (runtime: Runtime, patterns: readonly string[]): string[] => idsMatching(runtime, patterns)

/** What --timeout says, in milliseconds; undefined: nothing. */
export function timeoutOf({ timeout, detach }: Readonly<Values>): number | undefined {
  if (timeout === undefined) return undefined
  const milliseconds = durationOf('timeout', String(timeout))
  if (milliseconds <= 0) throw new UsageError('ARGUMENT', 'duration timeout must be greater than 0')
  if (detach === true)
    throw new UsageError('ARGUMENT', '--timeout goes without --detach: it needs a command that stays')
  return Math.min(Math.ceil(milliseconds), Number.MAX_SAFE_INTEGER)
}

/** Carries out a command line of one of them; the exit code. undefined: it is none of them, though its row is here, or asks for a text. */
export function laterCommand(runtime: Runtime, line: CommandLine): number | undefined {
  const { verb, words, flags } = line
  const [id = ''] = words
  switch (verb) {
    case 'events':
      return printEvents(runtime, id, flags)
    case 'pause':
      perform(runtime.native, pause(runtime, id))
      return 0
    case 'mounts':
      return mountsCommand(runtime, line)
    case 'ps':
      return printProcesses(runtime, { words, format: flags.format })
    case 'update':
      if (flags['kernel-memory'] !== undefined || flags['kernel-memory-tcp'] !== undefined)
        runtime.warn(new UsageError('ARGUMENT', 'Kernel memory settings are ignored: no kernel has them any more', id))
      perform(runtime.native, update(runtime, id, askedOf(runtime.native, flags)))
      return 0
    case 'wait':
      return printEnding(runtime, id, flags.json === true)
    case 'resume':
      perform(runtime.native, resume(runtime, id))
      return 0
    case 'checkpoint':
    case 'restore':
      return checkpointCommand(runtime, line)
    default:
      return Object.hasOwn(teacherCommands, verb) ? undefined : namespaceCommand(runtime, line)
  }
}
