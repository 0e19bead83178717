import { line } from '../step/line.ts'
import type { Step } from '../step/step.ts'

/** A plan as the table that `ocits plan` prints: one line for each step. */
export function explain(steps: readonly Step[]): string {
  const rows = [['#', 'process', 'step', 'pointer', 'what']]
  for (const [index, step] of steps.entries()) rows.push([String(index), step.actor, step.op, step.pointer, line(step)])
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0))
  // Joined, because with += the engine of the static binary would copy the whole text for each line.
  return rows
    .map(([number = '', ...words]) => {
      const cells = words.map((word, column) => word.padEnd(widths[column + 1] ?? 0))
      return `${[number.padStart(widths[0] ?? 0), ...cells].join('  ').trimEnd()}\n`
    })
    .join('')
}
