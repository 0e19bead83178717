import { refuse } from '../failure.ts'
import { caps } from '../kernel/caps.ts'
import { keepsGroups } from '../spec/annotations.ts'
import { clean } from '../spec/path.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Process } from '../spec/process.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { deniesSetgroups } from './idmap.ts'

/** POSIX leaves it to the runtime; so do runc and crun. */
const defaultUmask = 0o022

/** A container without a process gets what does the least harm. */
const nobody: Process = { cwd: '/', noNewPrivileges: true }

/** From root of the container to the user of the process, who keeps what is permitted until `capabilities`. */
export function* user(context: Context): Generator<Step> {
  const process = context.spec.process ?? nobody
  const { capabilities: sets = {}, user: { uid = 0, gid = 0, additionalGids = [] } = {} } = process
  const denied = deniesSetgroups(context)
  if (denied && additionalGids.length > 0) {
    refuse('/process/user/additionalGids', 'cannot set any additional groups in a rootless container')
  }
  // While CAP_SETPCAP is still held.
  yield { op: 'bounding', actor: 'init', pointer: setPointer(sets.bounding, 'bounding'), caps: bits(sets.bounding) }
  const asked = process.user === undefined ? '' : '/process/user'
  // A terminal is the user's already.
  if (process.terminal !== true) yield { op: 'stdio_owner', actor: 'init', pointer: asked, uid, gid }
  const setgroups = !denied && !keepsGroups(context.spec)
  yield { op: 'user', actor: 'init', pointer: asked, uid, gid, groups: additionalGids, setgroups }
  yield { op: 'cwd', actor: 'init', pointer: cwdPointer(context), path: clean(process.cwd) }
}

/** After this nothing privileged can be done. */
export function* capabilities({ spec }: Context): Generator<Step> {
  const process = spec.process ?? nobody
  const { capabilities: sets = {}, noNewPrivileges } = process
  yield {
    op: 'capabilities',
    actor: 'init',
    pointer: process.capabilities === undefined ? '' : '/process/capabilities',
    effective: bits(sets.effective),
    permitted: bits(sets.permitted),
    inheritable: bits(sets.inheritable),
    ambient: bits(sets.ambient),
  }
  if (noNewPrivileges === true) {
    yield { op: 'no_new_privs', actor: 'init', pointer: spec.process ? '/process/noNewPrivileges' : '' }
  }
}

/** The folder the process starts in, made while the root can be written to. */
export function* cwdFolder({ spec }: Context): Generator<Step> {
  const cwd = clean(spec.process?.cwd ?? '/')
  if (cwd !== '/') yield { op: 'mkdir', actor: 'init', pointer: '/process/cwd', path: cwd, mode: 0o755 }
}

/** As root, who may enter more folders; `cwd` has the last word. */
export function* chdir(context: Context): Generator<Step> {
  const path = clean(context.spec.process?.cwd ?? '/')
  yield { op: 'chdir', actor: 'init', pointer: cwdPointer(context), path, make: true }
}

function cwdPointer({ spec }: Context): Pointer {
  return spec.process === undefined ? '' : '/process/cwd'
}

export function* umask({ spec }: Context): Generator<Step> {
  const mask = spec.process?.user?.umask
  yield {
    op: 'umask',
    actor: 'init',
    pointer: mask === undefined ? '' : '/process/user/umask',
    mask: mask ?? defaultUmask,
  }
}

export function* oomScore({ spec, host }: Context): Generator<Step> {
  const score = spec.process?.oomScoreAdj
  if (score === undefined) return
  yield { op: 'oom_score', actor: 'parent', pointer: '/process/oomScoreAdj', value: `${score}`, lenient: host.rootless }
}

/** Capabilities by name, as a number. */
export function bits(names: readonly string[] | undefined): number {
  let low = 0
  let high = 0
  for (const name of names ?? []) {
    const bit = Object.hasOwn(caps, name) ? caps[name] : undefined
    if (bit === undefined) continue // warned of by the rules
    if (bit < 32) low |= 1 << bit
    else high |= 1 << (bit - 32)
  }
  return (high >>> 0) * 2 ** 32 + (low >>> 0)
}

function setPointer(names: readonly string[] | undefined, set: string): string {
  return names === undefined ? '' : `/process/capabilities/${set}`
}
