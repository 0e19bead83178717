import type { Runtime } from '../lifecycle/runtime.ts'
import { enterNamespaces } from './enter.ts'
import type { CommandLine } from './line.ts'
import { type NamespaceVerb, namespaceCommands } from './namespace_commands.ts'
import { net } from './net.ts'
import { ns } from './ns.ts'
import type { CommandRow } from './row.ts'
import { unshare } from './unshare.ts'

// The tools for namespaces: in the static binary a module of its own, loaded when one of them is asked for.

/** What such a command takes; undefined: there is none of that name, or getopt.ts reads its flags. */
export const namespaceRow = (verb: string): CommandRow | undefined =>
  verb === 'ns' || verb === 'net' ? namespaceCommands[verb] : undefined

/** Carries out a command line of one of them; the exit code. undefined: it asks for a text, which cold_commands.ts has. */
export function namespaceCommand(runtime: Runtime, line: CommandLine): number | undefined {
  switch (line.verb as NamespaceVerb) {
    case 'ns':
      return ns(runtime, line)
    case 'net':
      return net(runtime, line)
    case 'enter':
      return enterNamespaces(runtime, line)
    case 'unshare':
      return unshare(runtime, line)
  }
}
