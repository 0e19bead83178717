import { mountAttr } from '../kernel/mount.ts'
import { flagsOf, longFlagName, type NsFile, nsFileNames, nsFiles } from '../kernel/ns_files.ts'
import type { Step } from '../step/step.ts'
import { type CallersProgram, callersProgram } from './callers_program.ts'

/** What `ocits unshare` is asked for: flags of unshare(1), read and looked up. */
export type UnshareRequest = {
  readonly types: readonly NsFile[]
  /** The files that shall hold them. */
  readonly files: Readonly<Partial<Record<NsFile, string>>>
  /** Undefined: nothing is written. */
  readonly maps: Maps | undefined
  /** Lines for /proc/PID/timens_offsets; empty for none. */
  readonly offsets: string
  readonly fork: boolean
  readonly killChild: number | undefined
  /** MS_*, for all mounts of a new mount namespace; undefined: they stay as they are. */
  readonly propagation: number | undefined
  /** Absolute, without symlinks; undefined: the caller's. */
  readonly root: string | undefined
  readonly cwd: string | undefined
  /** Where procfs is mounted, seen from that root. */
  readonly proc: string | undefined
  readonly program: CallersProgram
}

/** As the step `idmap` takes them (user_namespaces(7)). */
export type Maps = {
  readonly uids: string
  readonly gids: string
  readonly denySetgroups: boolean
  readonly uidHelper: boolean
  readonly gidHelper: boolean
  /** The flag that asked for them. */
  readonly pointer: string
}

/** The flag that asked for a type. */
const flagOf = (type: NsFile) => `--${longFlagName(type)}`

/** Everything that `unshare` does, in order. It makes no container: nothing is recorded, and the root and the cgroup stay those of the caller. */
export function* planUnshare(request: UnshareRequest): Generator<Step> {
  const { types, maps, offsets, fork, propagation, program } = request
  yield { op: 'spawn', actor: 'parent', pointer: '', flags: 0, into: '', environment: false }
  yield* unshared(types) // by one call: the kernel makes the user namespace first, and it owns the others
  if (maps !== undefined) yield idmapOf(maps)
  if (offsets !== '') yield { op: 'time_offsets', actor: 'parent', pointer: '--time', offsets } // while nobody is in it
  if (fork) yield { op: 'fork', actor: 'init', pointer: '--fork' }
  // Before anything is mounted, and before the mount namespace is pinned, which the kernel refuses where that would show in itself.
  if (types.includes('mnt') && propagation !== undefined)
    yield { op: 'propagation', actor: 'init', pointer: '--propagation', flags: propagation }
  yield* pins(request)
  yield* places(request)
  yield* callersProgram(program, asItself(request))
}

// Who may not be where it shall start is told so. The kernel forgets the signal of --kill-child where ids change (PR_SET_PDEATHSIG(2const)).
function* asItself({ cwd, killChild }: UnshareRequest): Generator<Step> {
  if (cwd !== undefined) yield { op: 'cwd', actor: 'init', pointer: '--wd', path: cwd }
  if (killChild !== undefined) yield { op: 'parent_death', actor: 'init', pointer: '--kill-child', signal: killChild }
}

function* unshared(types: readonly NsFile[]): Generator<Step> {
  const [first] = types
  if (first === undefined) return
  yield { op: 'unshare', actor: 'init', pointer: types.length === 1 ? flagOf(first) : '', flags: flagsOf(types) }
}

function idmapOf({ uids, gids, denySetgroups, uidHelper, gidHelper, pointer }: Maps): Step {
  const helpers = { uid_helper: uidHelper, gid_helper: gidHelper }
  return { op: 'idmap', actor: 'parent', pointer, uids, gids, deny_setgroups: denySetgroups, ...helpers }
}

// After the fork, as a pid namespace has no file before it has a process.
function* pins({ files, fork }: UnshareRequest): Generator<Step> {
  for (const type of nsFileNames) {
    const path = files[type]
    if (path === undefined) continue
    const file = `ns/${type}${!fork && (type === 'pid' || type === 'time') ? '_for_children' : ''}`
    yield { op: 'pin', actor: 'parent', pointer: flagOf(type), type: nsFiles[type].flag, file, path }
  }
}

const procAttributes = mountAttr.nosuid | mountAttr.nodev | mountAttr.noexec

function* places({ root, cwd, proc }: UnshareRequest): Generator<Step> {
  if (root === undefined && cwd === undefined && proc === undefined) return
  const top = root === undefined ? '' : '--root'
  yield { op: 'enter_root', actor: 'init', pointer: top, path: root ?? '/' }
  if (proc !== undefined) {
    const what = { fs: 'proc', source: 'proc', target: proc, attrs: procAttributes, options: [], propagation: 0 }
    const how = { no_symlinks: false, cover: false, copyup: false }
    yield { op: 'mount', actor: 'init', pointer: '--mount-proc', ...what, ...how }
  }
  if (cwd !== undefined) yield { op: 'chdir', actor: 'init', pointer: '--wd', path: cwd, make: false }
}
