import type { Figure, Table } from './world.ts'

/** A machine under load does not make the runtime slower: `--check` fails only if a required limit is missed by more than this. */
export const tolerance = 0.1

export function missed({ value, required, atLeast }: Figure): boolean {
  if (required === undefined) return false
  return atLeast === true ? value < required * (1 - tolerance) : value > required * (1 + tolerance)
}

/** The limits and the measured values. */
export function verdicts(figures: readonly Figure[]): Table {
  const rows = figures.map((figure) => {
    const { what, value, unit, required, aim } = figure
    return [what, amount(value, unit), limit(figure, required), limit(figure, aim)]
  })
  return { title: 'Budgets', headings: ['quantity', 'measured', 'required', 'target'], rows }
}

function limit({ value, unit, atLeast }: Figure, bound: number | undefined): string {
  if (bound === undefined) return ''
  const met = atLeast === true ? value >= bound : value <= bound
  return `${atLeast === true ? '≥' : '≤'} ${amount(bound, unit)} ${met ? 'met' : 'MISSED'}`
}

function amount(value: number, unit: Figure['unit']): string {
  return `${unit === 'kB' ? value.toFixed(0) : value.toFixed(2)} ${unit}`
}

/** Columns for a terminal: the first column is left-aligned, the others are right-aligned. */
export function asText({ title, headings, rows }: Table): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return [`${title}:`, ...[headings, ...rows].map((row) => `  ${line(row).trimEnd()}`), ''].join('\n')
}

export function asMarkdown({ title, headings, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = headings.map((_, i) => (i === 0 ? '---' : '---:'))
  return [`### ${title}`, '', line(headings), line(rule), ...rows.map(line), ''].join('\n')
}
