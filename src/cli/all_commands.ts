import { checkpointCommands } from './checkpoint_commands.ts'
import { commands, type Verb } from './commands.ts'
import { execCommand } from './exec_command.ts'
import { laterCommands } from './later_commands.ts'
import { namespaceCommands } from './namespace_commands.ts'
import type { CommandRow } from './row.ts'
import { teacherCommands } from './teacher_commands.ts'

const { spec, validate, compile, features, completion, help, ...ofContainers } = commands

/** All commands, in the order in which help shows them. */
export const allCommands: Readonly<Record<Verb, CommandRow>> = {
  ...ofContainers,
  exec: execCommand,
  ...laterCommands,
  ...checkpointCommands,
  ...namespaceCommands,
  spec,
  ...teacherCommands,
  ...{ validate, compile, features, completion, help },
}

export const verbs = Object.keys(allCommands) as Verb[]

export const isVerb = (word: string): word is Verb => Object.hasOwn(allCommands, word)
