import { bundle, ofBundle, ofRun, pivot, terminal } from './commands.ts'
import type { CommandRow } from './row.ts'

const json = { description: 'as JSON' }

/** The commands of teacher.ts: their rows are loaded with those of later.ts. */
export const teacherCommands = {
  plan: {
    description: 'print every step that create would take',
    ...ofBundle,
    flags: {
      ...bundle,
      ...pivot,
      ...terminal,
      explain: { description: 'in stages, each with the reason for its place, and the system calls of each step' },
      all: {
        short: 'a',
        description: 'each step in a line of its own; else like ones that follow each other have one',
      },
      html: {
        argument: 'FILE',
        description: 'as a page for a browser, complete by itself: processes, namespaces, mounts, ids; - is stdout',
      },
      json,
      run: { description: 'that `run` would take' },
      exec: {
        argument: 'FILE',
        description: 'that `exec --process FILE` would take in the container with the id BUNDLE',
      },
      against: {
        argument: 'OTHER',
        description: 'only what differs from OTHER, the bundle or the container: as `diff OTHER BUNDLE`',
      },
      ...ofRun,
    },
  },
  diff: {
    description: 'compare what two bundles, or containers, do; 1: not the same, 2: an error',
    argument: 'A B',
    min: 2,
    max: 2,
    flags: { json },
  },
  doctor: {
    description: 'print what this machine can do, and of a bundle which steps would fail here',
    ...ofBundle,
    flags: { ...bundle, ...pivot, ...terminal, json },
  },
} as const satisfies Readonly<Record<'plan' | 'diff' | 'doctor', CommandRow>>

export type TeacherVerb = keyof typeof teacherCommands
