import type { Step } from '../step/step.ts'
import { candidates } from './exec.ts'

/** A program that is run as the caller would run it, but for what is named: no container. */
export type CallersProgram = {
  readonly args: readonly string[]
  /** The path or the name of it; `args[0]` is what it is told that it is called. */
  readonly file: string
  readonly env: readonly string[]
  readonly umask: number
  /** The ids that it changes to; undefined: those that it has. */
  readonly uid: number | undefined
  readonly gid: number | undefined
  /** All capabilities that it is to keep whatever its uid is; undefined: as execve(2) has it. */
  readonly caps: number | undefined
}

/** setresuid(2), setresgid(2): as it is. */
const unchanged = 0xffffffff

/**
 * From the moment at which all namespaces and mounts are there to the end of the program. Pointers are flags. `asItself`: what is done when it is
 * who it will be.
 */
export function* callersProgram(program: CallersProgram, asItself: Iterable<Step>): Generator<Step> {
  const { args, file, env, umask, uid, gid, caps } = program
  if (uid !== undefined || gid !== undefined) {
    const pointer = uid === undefined ? '--setgid' : '--setuid'
    const ids = { uid: uid ?? unchanged, gid: gid ?? unchanged }
    // Keeps the permitted capabilities of root, which without the next step its execve takes away.
    yield { op: 'user', actor: 'init', pointer, ...ids, groups: [], setgroups: gid !== undefined }
  }
  if (caps !== undefined) {
    const sets = { effective: caps, permitted: caps, inheritable: caps, ambient: caps }
    yield { op: 'capabilities', actor: 'init', pointer: '--keep-caps', ...sets }
  }
  yield* asItself
  yield { op: 'umask', actor: 'init', pointer: '', mask: umask }
  yield { op: 'executable', actor: 'init', pointer: 'COMMAND', paths: candidates(file, env), early: false, caps: 0 }
  yield { op: 'alive', actor: 'parent', pointer: '' } // with a command that was killed before, its program never begins
  yield { op: 'clean', actor: 'init', pointer: '', hooks: false, doubt: false, doomed: false }
  yield { op: 'exec', actor: 'init', pointer: 'COMMAND', args, env }
  yield { op: 'reap', actor: 'parent', pointer: '' }
}
