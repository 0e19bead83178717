import type { Runtime } from '../lifecycle/runtime.ts'
import type { CommandLine } from './line.ts'
import { type NamespaceVerb, namespaceCommands } from './namespace_commands.ts'
import { ns } from './ns.ts'
import type { CommandRow } from './row.ts'

// The tools for namespaces: in the static binary a module of its own, loaded when one of them is asked for.

/** What such a command takes; undefined: there is none of that name here. */
export const namespaceRow = (verb: string): CommandRow | undefined =>
  Object.hasOwn(namespaceCommands, verb) ? namespaceCommands[verb as NamespaceVerb] : undefined

/** Carries out a command line of one of them; the exit code. */
export function namespaceCommand(runtime: Runtime, line: CommandLine): number {
  switch (line.verb as NamespaceVerb) {
    case 'ns':
      return ns(runtime, line)
  }
}
