import type { Row } from './row.ts'

const one = { argument: 'ID', min: 1, max: 1 }

/** The commands that neither make nor end a container: their rows are loaded with them (later.ts). */
export const laterCommands = {
  pause: { description: 'freeze all processes of a container', ...one, flags: {} },
  ps: {
    description: 'list the processes of a container',
    argument: 'ID [PS-OPTION...]',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    program: true,
    flags: { format: { short: 'f', argument: 'FORMAT', description: 'table or json' } },
  },
  resume: { description: 'let a paused container go on', ...one, flags: {} },
} as const satisfies Record<string, Row>

export type LaterVerb = keyof typeof laterCommands
