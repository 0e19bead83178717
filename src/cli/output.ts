import { UsageError } from '../failure.ts'
import type { StateOutput } from '../lifecycle/state_output.ts'
import type { Native } from '../native/table.ts'

/** Writes to stdout; returns 0. Throws if stdout is closed or full, as then nobody gets the answer. */
export function print({ native }: { readonly native: Native }, text: string): number {
  if (native.put(1, text) < 0) throw new UsageError('SYSTEM', 'cannot write to stdout')
  return 0
}

/** The table as runc prints it: columns of 12 characters or more, with three blanks between. */
export function asTable(containers: readonly StateOutput[]): string {
  const rows = [['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER']]
  for (const { id, pid, status, bundle, created, owner } of containers)
    rows.push([id, String(pid), status, bundle, created, owner])
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(12, ...rows.map((row) => (row[at]?.length ?? 0) + 3)))
  return rows.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('')}\n`).join('')
}

/** One line; `null` if there is no container, as Go prints an empty list. */
export const asJson = (containers: readonly StateOutput[]): string =>
  `${containers.length === 0 ? 'null' : JSON.stringify(containers)}\n`

/** Only the ids, a line for each. */
export const asIds = (containers: readonly StateOutput[]): string => containers.map(({ id }) => `${id}\n`).join('')
