import type { CommandRow } from './row.ts'

/** The tools for namespaces, with containers and without: their rows are loaded with them (namespaces.ts). */
export const namespaceCommands = {
  ns: {
    description: 'list all namespaces; show, diff, pin and unpin those of a process',
    argument: 'ACTION [WORD...]',
    min: 1,
    max: 4,
    flags: {
      tree: { description: 'list: each below the user namespace that owns it, or the one in which it was made' },
      type: { short: 't', argument: 'TYPE', description: 'list: user, pid, mnt, net, uts, ipc, cgroup or time alone' },
      json: { short: 'J', description: 'as JSON, and all that is known' },
    },
  },
} as const satisfies Record<string, CommandRow>

export type NamespaceVerb = keyof typeof namespaceCommands
