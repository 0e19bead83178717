import { UsageError } from '../failure.ts'
import { allIds, look } from '../machine/store.ts'
import type { Runtime } from './runtime.ts'
import { type Shown, shown } from './shown.ts'

/** Every container, by id. One that vanishes meanwhile is left out; one whose state is corrupt is warned of and left out. */
export function list(runtime: Runtime): Shown[] {
  const { native, root } = runtime
  const found: Shown[] = []
  for (const id of allIds(native, root)) {
    const container = look(native, root, id)
    if (container?.corrupt !== undefined) runtime.warn(new UsageError('CORRUPT', `${container.corrupt} is corrupt`, id))
    else if (container !== undefined) found.push(shown(native, container))
  }
  return found
}

/** As runc prints it: columns at least 12 wide, three blanks between them. */
export function asTable(containers: readonly Shown[]): string {
  const rows = [['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER']]
  for (const { id, pid, status, bundle, created, owner } of containers)
    rows.push([id, String(pid), status, bundle, created, owner])
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(12, ...rows.map((row) => (row[at]?.length ?? 0) + 3)))
  return rows.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('')}\n`).join('')
}

/** One line; `null` for none, as Go prints an empty list. */
export const asJson = (containers: readonly Shown[]): string =>
  `${containers.length === 0 ? 'null' : JSON.stringify(containers)}\n`

/** The ids alone, one a line. */
export const asIds = (containers: readonly Shown[]): string => containers.map(({ id }) => `${id}\n`).join('')
