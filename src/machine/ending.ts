import type { Native } from '../native/table.ts'
import { parsedOrNothing } from '../spec/json.ts'
import { isObject } from './record.ts'
import { readRecord } from './store.ts'

/** How a container ended: the file `ending` of its folder, written by a process that waited. */
export type Ending = {
  /** 0-255, or 128 + signal; unset where the kernel did not tell: `why` says so. */
  readonly exitStatus?: number
  /** The name of the signal that killed it, such as SIGKILL. */
  readonly signal?: string
  readonly coreDumped?: boolean
  /** The kernel killed it because its cgroup had no memory left. */
  readonly oomKilled?: boolean
  /** When the end was seen: RFC 3339, UTC. */
  readonly ended: string
  readonly why?: string
}

/** The recorded ending; undefined: there is none. */
export function endingOf(native: Native, folder: string): Ending | undefined {
  const text = readRecord(native, `${folder}/ending`)
  const ending = typeof text === 'number' ? undefined : parsedOrNothing(text)
  return isObject(ending) && typeof ending.ended === 'string' ? (ending as Ending) : undefined
}
