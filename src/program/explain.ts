import { line } from '../step/line.ts'
import { plain } from '../step/quote.ts'
import type { Step } from '../step/step.ts'

/** The cells of a line of a plan. */
export type Row = readonly [number: string, process: string, step: string, pointer: string, what: string]

export const headings: Row = ['#', 'process', 'step', 'pointer', 'what']

/** A name in a pointer is the config's, and must not steer the terminal. */
export const rowOf = (step: Step, index: number): Row => [
  String(index),
  step.actor,
  step.op,
  plain(step.pointer),
  line(step),
]

/** A plan as a table: one line for each step. */
export const explain = (steps: readonly Step[]): string => tableOf(steps.map(rowOf))

/** Rows as a table with its headings. */
export function tableOf(rows: readonly Row[]): string {
  // Joined, because with += the engine of the static binary would copy the whole text for each line.
  return padded([headings, ...rows])
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('')
}

/** The cells of each row as wide as the column: the first to the right, the last as it is. */
export function padded(rows: readonly Row[]): Row[] {
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0))
  return rows.map(([number, process, step, pointer, what]) => [
    number.padStart(widths[0] ?? 0),
    process.padEnd(widths[1] ?? 0),
    step.padEnd(widths[2] ?? 0),
    pointer.padEnd(widths[3] ?? 0),
    what,
  ])
}
