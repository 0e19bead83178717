import { refuse } from '../failure.ts'
import { caps } from '../kernel/caps.ts'
import { keepsGroups } from '../spec/annotations.ts'
import { clean } from '../spec/path.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Process } from '../spec/process.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { deniesSetgroups } from './idmap.ts'

/** The umask of a process whose config has none, as runc and crun set it. */
const defaultUmask = 0o022

/** The process of a container without `process` gets no rights. */
const nobody: Process = { cwd: '/', noNewPrivileges: true }

/** The init changes from root of the container to the user of the process, and keeps its permitted capabilities until `capabilities`. */
export function* user(context: Context): Generator<Step> {
  const process = context.spec.process ?? nobody
  const { capabilities: sets = {}, user: { uid = 0, gid = 0, additionalGids = [] } = {} } = process
  const denied = deniesSetgroups(context)
  if (denied && additionalGids.length > 0) {
    refuse('/process/user/additionalGids', 'cannot set any additional groups in a rootless container')
  }
  // While the init still has CAP_SETPCAP.
  yield { op: 'bounding', actor: 'init', pointer: setPointer(sets.bounding, 'bounding'), caps: bits(sets.bounding) }
  const asked = process.user === undefined ? '' : '/process/user'
  // A terminal belongs to the user already.
  if (process.terminal !== true) yield { op: 'stdio_owner', actor: 'init', pointer: asked, uid, gid }
  const setgroups = !denied && !keepsGroups(context.spec)
  yield { op: 'user', actor: 'init', pointer: asked, uid, gid, groups: additionalGids, setgroups }
  yield { op: 'cwd', actor: 'init', pointer: cwdPointer(context), path: clean(process.cwd) }
}

/** After this step nothing privileged is possible. */
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

/** Makes the working directory of the process, while the root is writable. */
export function* cwdFolder({ spec }: Context): Generator<Step> {
  const cwd = clean(spec.process?.cwd ?? '/')
  if (cwd !== '/') yield { op: 'mkdir', actor: 'init', pointer: '/process/cwd', path: cwd, mode: 0o755 }
}

/** Enters it as root, who may enter more folders; the step `cwd` then checks it as the user. */
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

/** The set of capabilities with these names, as a bit mask. */
export function bits(names: readonly string[] | undefined): number {
  let low = 0
  let high = 0
  for (const name of names ?? []) {
    const bit = Object.hasOwn(caps, name) ? caps[name] : undefined
    if (bit === undefined) continue // unknown to ocits: the rules of src/spec give a warning
    if (bit < 32) low |= 1 << bit
    else high |= 1 << (bit - 32)
  }
  return (high >>> 0) * 2 ** 32 + (low >>> 0)
}

function setPointer(names: readonly string[] | undefined, set: string): string {
  return names === undefined ? '' : `/process/capabilities/${set}`
}
