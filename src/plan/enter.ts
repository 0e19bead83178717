import { ofChildren } from '../kernel/namespaces.ts'
import { flagsOf, type NsFile, nsFiles } from '../kernel/ns_files.ts'
import type { Step } from '../step/step.ts'
import { type CallersProgram, callersProgram } from './callers_program.ts'

/** A process; the start time tells it from a later one with its number. */
export type EnterTarget = { readonly pid: number; readonly startTime: number }

/** What `ocits enter` is asked for. No namespace in which the caller is already is in it. */
export type EnterRequest = {
  readonly target: EnterTarget | undefined
  /** Those of the target. */
  readonly types: readonly NsFile[]
  /** Those that a file holds. */
  readonly files: readonly { readonly type: NsFile; readonly path: string }[]
  /** Folders of the target's cgroups, to be joined; empty: those of the caller stay. */
  readonly cgroups: readonly string[]
  /** The caller is root, and may lose that in the user namespace. */
  readonly privileged: boolean
  readonly fork: boolean
  /** Seen from inside; undefined: where one comes. */
  readonly root: string | undefined
  readonly cwd: string | undefined
  readonly program: CallersProgram
}

/**
 * Everything that `enter` does, in order. Nobody inside is protected from the program, nor it from them: it has no filter and no limits, and no cgroup
 * unless that is asked for.
 */
export function* planEnter(request: EnterRequest): Generator<Step> {
  const { target, types, files, cgroups, privileged, fork, root, cwd, program } = request
  yield { op: 'spawn', actor: 'parent', pointer: '', flags: 0, into: '', environment: false }
  // By paths of the caller's mount namespace, and with the caller's rights.
  if (cgroups.length > 0) yield { op: 'join', actor: 'init', pointer: '--join-cgroup', dirs: cgroups }
  for (const { type, path } of files) {
    const { flag, oci } = nsFiles[type]
    yield { op: 'nsfd', actor: 'init', pointer: path, type: flag, path, own: ofChildren(oci) }
  }
  // Before anybody inside can see it: what it has open is the caller's (CVE-2016-9962). Until execve, as for every program.
  yield { op: 'undumpable', actor: 'init', pointer: '' }
  // The user namespace gives the rights to enter the others, or takes them: so it comes first or last.
  const isUser = ({ type }: { readonly type: NsFile }) => type === 'user'
  const others = files.filter((file) => !isUser(file))
  const user = files.filter(isUser)
  const dropsGroups = program.gid !== undefined // before, as a user namespace may forbid setgroups(2)
  yield* joins(privileged ? others : user, dropsGroups)
  if (target !== undefined && types.length > 0)
    yield {
      op: 'enter',
      actor: 'init',
      pointer: '',
      types: flagsOf(types),
      drop_groups: dropsGroups && types.includes('user'),
      pid: target.pid,
      start_time: target.startTime,
    }
  yield* joins(privileged ? user : others, dropsGroups)
  if (fork) yield { op: 'fork', actor: 'init', pointer: '' }
  if (root !== undefined || cwd !== undefined) {
    yield { op: 'enter_root', actor: 'init', pointer: root === undefined ? '' : '--root', path: root ?? '/' }
    if (cwd !== undefined) yield { op: 'chdir', actor: 'init', pointer: '--wd', path: cwd, make: false }
  }
  yield* callersProgram(program, asItself(cwd))
}

function* joins(files: EnterRequest['files'], dropsGroups: boolean): Generator<Step> {
  for (const { type, path } of files) {
    const drop_groups = dropsGroups && type === 'user'
    yield { op: 'setns', actor: 'init', pointer: path, type: nsFiles[type].flag, drop_groups }
  }
}

// Who may not be where it shall start is told so.
function* asItself(cwd: string | undefined): Generator<Step> {
  if (cwd !== undefined) yield { op: 'cwd', actor: 'init', pointer: '--wd', path: cwd }
}

/** A trial of these types alone, for the reason why all together were refused. */
export function* planTrial({ pid, startTime }: EnterTarget, types: readonly NsFile[]): Generator<Step> {
  yield { op: 'spawn', actor: 'parent', pointer: '', flags: 0, into: '', environment: false }
  const enter = { types: flagsOf(types), drop_groups: false, pid, start_time: startTime }
  yield { op: 'enter', actor: 'init', pointer: '', ...enter }
  yield { op: 'exit', actor: 'init', pointer: '' }
  yield { op: 'reap', actor: 'parent', pointer: '' }
}
