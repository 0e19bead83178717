import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import {
  ECONNREFUSED,
  EFBIG,
  EINVAL,
  EISDIR,
  ELOOP,
  ENODEV,
  ENOENT,
  ENXIO,
  EPERM,
  EPROTOTYPE,
  ESRCH,
} from '../kernel/errnos.ts'
import type { Native } from '../native/table.ts'
import type { Intent, State } from '../plan/state.ts'
import { parsedOrNothing } from '../spec/json.ts'
import { isContainerId } from './id.ts'
import { isIntent, isObject, isState } from './record.ts'

export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped'

/** A container as its state folder and the kernel tell. Nothing of it is remembered: it is derived anew each time. */
export type Container = {
  readonly id: string
  readonly status: Status
  /** state.json; undefined while it is created, and for what a create left that died. */
  readonly state: State | undefined
  /** What must be undone; undefined if even that is missing or spoilt. */
  readonly intent: Intent | undefined
  /** The file that says nothing sensible. */
  readonly corrupt: string | undefined
}

// Annotations have no limit of their own: that of config.json is the limit.
const limit = 64 * 1024 * 1024
/** There is no such file, process or cgroup, or nobody at the socket. */
const absent = [-ENOENT, -ESRCH, -ENODEV, -EPROTOTYPE, -ECONNREFUSED]

/** What could not be asked is neither yes nor no: who took it for one would delete what lives. */
function known<T>(answer: T | number, what: string): T | number {
  if (typeof answer !== 'number' || answer >= 0 || absent.includes(answer)) return answer
  throw new UsageError('SYSTEM', `cannot tell the status: ${what}: ${errno(-answer).text}`)
}

/** A folder, a link, a socket or something too large stands where a record should be: the record is spoilt, and no later look finds another. */
const spoilt = [-ENOENT, -EISDIR, -EINVAL, -ELOOP, -ENXIO, -EFBIG]

/** The text of a file of the state folder; a number: there is none, or a spoilt one. Throws a UsageError where that cannot be told. */
export function readRecord(native: Native, path: string): string | number {
  const text = native.readOwn(path, limit)
  return typeof text === 'number' && spoilt.includes(text) ? text : known(text, path)
}

/**
 * How it is told whether an init waits for `start`: `asked`, by a connection to its socket, for which it has to wake; or `seen`, as long as the
 * socket has a name, which a start that was killed at the very end leaves behind. Who connects to it next learns the truth.
 */
export type InitSign = 'asked' | 'seen'

/** Looks at a container; undefined: there is none of that id. Needs no lock. */
export function look(native: Native, root: string, id: string, waiting: InitSign = 'asked'): Container | undefined {
  const folder = `${root}/${id}`
  const text = readRecord(native, `${folder}/state.json`)
  if (text !== -ENOENT) return recorded(native, folder, { id, text, waiting })
  const locked = known(native.locked(folder), folder)
  if (locked === -ENOENT) return undefined
  // It was unlocked because it was done: state.json is written before the lock is left.
  const again = locked === 1 ? -ENOENT : readRecord(native, `${folder}/state.json`)
  if (again !== -ENOENT) return recorded(native, folder, { id, text: again, waiting })
  const intent = intentOf(native, folder)
  return { id, status: locked === 1 ? 'creating' : 'stopped', state: undefined, intent, corrupt: undefined }
}

type Found = { readonly id: string; readonly text: string | number; readonly waiting: InitSign }

function recorded(native: Native, folder: string, { id, text, waiting }: Found): Container {
  const state = typeof text === 'number' ? undefined : parsedOrNothing(text)
  if (isState(state)) {
    if (isOfEarlierBoot(native, state))
      return { id, status: 'stopped', state: gone(state), intent: gone(state), corrupt: undefined }
    return { id, status: statusOf(native, folder, state, waiting), state, intent: state, corrupt: undefined }
  }
  return { id, status: 'stopped', state: undefined, intent: intentOf(native, folder), corrupt: `${folder}/state.json` }
}

function intentOf(native: Native, folder: string): Intent | undefined {
  const text = readRecord(native, `${folder}/intent`)
  if (typeof text === 'number') return undefined
  const [object = '', ...lines] = text.split('\n')
  const said = parsedOrNothing(object)
  const intent = isObject(said) ? { ...said, ...madeOf(lines.slice(0, -1)) } : undefined
  if (!isIntent(intent)) return undefined
  return isOfEarlierBoot(native, intent) ? gone(intent) : intent
}

/** As native/parent/parent.h has it: an edited file with a large index would make us build a list as long. */
const mostCgroups = 64

// `PLACE INODE` of a cgroup, `below MOUNT`; what is said later holds. A line that was cut, the last one, says nothing.
function madeOf(lines: readonly string[]): Partial<Intent> {
  const found: number[] = []
  let below: number | undefined
  for (const line of lines) {
    const [place = '', number = ''] = line.split(' ')
    const at = Number(place)
    if (place === 'below') below = Number(number)
    else if (at >= 0 && at < mostCgroups) found[at] = Number(number)
  }
  const inodes = Array.from(found, (inode) => inode ?? 0)
  return below === undefined ? { inodes } : { inodes, below }
}

function isOfEarlierBoot(native: Native, { boot }: Intent): boolean {
  if (boot === '') return false
  const file = '/proc/sys/kernel/random/boot_id'
  return known(native.read(file, 64), file) !== `${boot}\n`
}

// Whatever has these names now is somebody else's.
function gone<R extends Intent>(record: R): R {
  const { unit, rdt, network, covered, freezer, ...rest } = record
  return { ...rest, cgroups: [], inodes: [] } as unknown as R
}

function statusOf(native: Native, folder: string, state: State, waiting: InitSign): Status {
  if (!isAlive(native, state)) return 'stopped'
  if (state.freezer !== undefined && isFrozen(native, state.freezer)) return 'paused'
  const socket = `${folder}/start`
  if (waiting === 'seen') return known(native.mode(socket), socket) >= 0 ? 'created' : 'running'
  return known(native.probe(folder, 'start'), socket) === 0 ? 'created' : 'running'
}

/**
 * Whether the init still is what it was: the same pid belongs to the same process only if that was started at the same time
 * (proc(5), stat). A zombie is dead. The name of the program may hold blanks and brackets: the last `)` ends it.
 */
export function isAlive(native: Native, { pid, startTime }: Pick<State, 'pid' | 'startTime'>): boolean {
  const stat = statLine(native, pid)
  if (stat === undefined || stat.startsWith('Z') || stat.startsWith('X')) return false
  let at = 0
  for (let field = 0; field < 19; field++) at = stat.indexOf(' ', at) + 1
  return stat.startsWith(`${startTime} `, at)
}

/** The fields of /proc/PID/stat from the third on (proc(5)); undefined: there is no such process. */
export function statOf(native: Native, pid: number): string[] | undefined {
  return statLine(native, pid)?.split(' ')
}

function statLine(native: Native, pid: number): string | undefined {
  const path = `/proc/${pid}/stat`
  const stat = known(native.read(path, 4096), path)
  return typeof stat === 'number' ? undefined : stat.slice(stat.lastIndexOf(')') + 2)
}

// v1 says FROZEN, or FREEZING on the way; on v2 cgroup.freeze holds what was asked for.
function isFrozen(native: Native, freezer: string): boolean {
  const v1 = known(native.read(`${freezer}/freezer.state`, 64), freezer)
  if (typeof v1 === 'string') return v1.startsWith('F')
  const v2 = known(native.read(`${freezer}/cgroup.freeze`, 64), freezer)
  return typeof v2 === 'string' && v2.startsWith('1')
}

/** The ids of all containers, sorted; of none where there is no state root. Throws if others can write to the root. */
export function allIds(native: Native, root: string): string[] {
  checkOurs(native, root)
  const names = native.list(root)
  if (names === -ENOENT) return []
  if (typeof names === 'number') throw new UsageError('ROOT', `cannot read the state root ${root}`)
  return names.split('\0').filter(isContainerId).sort()
}

/** State that somebody else could have written is not believed: it names the processes that get signals. */
export function checkOurs(native: Native, root: string): void {
  const ours = native.ours(root)
  if (ours === -ENOENT || (ours >= 0 && native.exposed(root) === 0)) return
  const rule =
    'it must be a directory, no symlink, of this user, that nobody else may write to or put another in the place of'
  throw new UsageError('ROOT', `the state root ${root}: ${errno(ours < 0 ? -ours : EPERM).text}: ${rule}`)
}
