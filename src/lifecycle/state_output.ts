import { type Ending, endingOf } from '../machine/ending.ts'
import type { Container, Status } from '../machine/store.ts'
import { userName } from '../machine/users.ts'
import type { Native } from '../native/table.ts'
import { specVersion } from '../spec/version.ts'
import { existing, stateOf } from './container.ts'
import type { Runtime } from './runtime.ts'

/** A container as `state` and `list` print it; the order of the keys is runc's. */
export type StateOutput = {
  readonly ociVersion: string
  readonly id: string
  /** 0 when stopped. */
  readonly pid: number
  readonly status: Status
  readonly bundle: string
  readonly rootfs: string
  /** RFC 3339, UTC. */
  readonly created: string
  readonly annotations?: Readonly<Record<string, string>>
  /** The name of the user who created it, or `#uid` if the uid has no name. */
  readonly owner: string
  /** How it ended; only if somebody has waited for it. */
  readonly ending?: Ending
}

/** The state of the container with an id. Throws a UsageError if there is none, or if its record is corrupt. */
export function state(runtime: Runtime, id: string): StateOutput {
  const container = existing(runtime, id)
  if (container.corrupt !== undefined) stateOf(container)
  const ending = container.status === 'stopped' ? endingOf(runtime.native, `${runtime.root}/${id}`) : undefined
  const output = stateOutput(runtime.native, container)
  return ending === undefined ? output : { ...output, ending }
}

/** That of a folder without a record: engines in Go decode this as the zero time, and an empty string not at all. */
const noTime = '0001-01-01T00:00:00Z'

export function stateOutput(native: Native, { id, status, state, intent }: Container): StateOutput {
  const { ociVersion = specVersion, bundle = '', rootfs = '', created = noTime, annotations, owner } = intent ?? {}
  return {
    ociVersion,
    id,
    pid: status === 'stopped' || state === undefined ? 0 : state.pid,
    status,
    bundle,
    rootfs,
    created,
    ...(annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }),
    owner: owner === undefined ? '' : ownerName(native, owner),
  }
}

const ownerName = (native: Native, uid: number): string => (uid === 0 ? 'root' : (userName(native, uid) ?? `#${uid}`))
