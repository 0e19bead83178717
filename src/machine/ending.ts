import type { Native } from '../native/table.ts'
import { parsedOrNothing } from '../spec/json.ts'
import { isObject } from './record.ts'
import { readRecord } from './store.ts'

/** How a container ended: the file `ending` of its folder, of whoever waited. */
export type Ending = {
  /** 0-255, or 128 + signal; unset where the kernel did not tell: `why` says so. */
  readonly exitStatus?: number
  /** The signal that killed it, as SIGKILL. */
  readonly signal?: string
  readonly coreDumped?: boolean
  /** The kernel killed it, as its cgroup had no memory left. */
  readonly oomKilled?: boolean
  /** When this was seen: RFC 3339, UTC. */
  readonly ended: string
  readonly why?: string
}

/** What has been kept of it; undefined: nothing. */
export function endingOf(native: Native, folder: string): Ending | undefined {
  const text = readRecord(native, `${folder}/ending`)
  const ending = typeof text === 'number' ? undefined : parsedOrNothing(text)
  return isObject(ending) && typeof ending.ended === 'string' ? (ending as Ending) : undefined
}
