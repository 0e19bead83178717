import type { Step } from '../step/step.ts'
import { birthplace, cgroupBeside, cgroupOfUnit, isBeside, joinCgroup } from './cgroup.ts'
import type { Context, NamespaceRef } from './context.ts'
import { inheritsInside } from './hooks.ts'
import { idmap } from './idmap.ts'
import { keyLabel, keyring } from './labels.ts'
import {
  becomeRoot,
  cloneFlags,
  firstOnes,
  fork,
  joinOthers,
  joinUser,
  loopback,
  namespaceFiles,
  newCgroup,
  newOthers,
  newUser,
  ownFirst,
  timeOffsets,
} from './namespaces.ts'
import { netDevices } from './net_devices.ts'
import { joinRdt } from './rdt.ts'
import type { Limits } from './resources.ts'
import { propagationOfAll, uncover } from './rootfs.ts'
import { agentOf, type SeccompSteps } from './seccomp.ts'
import { oomScore } from './user.ts'

/** The init is made, in its cgroup if it can be. */
export function* birth(context: Context, filter: SeccompSteps, limits: Limits): Generator<Step> {
  // First of all, so that an agent that does not answer is an error before anything is made.
  if (context.request.mode === 'run') yield* agentOf(context, filter)
  if (context.request.mode === 'create') yield { op: 'listen', actor: 'parent', pointer: '', name: 'start' }
  yield* uncover(context) // before the spawn, so that it is undone when the init is dead and does not use it any more
  const pid = context.own.pid
  const flags = cloneFlags(context)
  const pointer = flags === 0 ? '' : (pid?.pointer ?? '')
  const environment = inheritsInside(context)
  yield { op: 'spawn', actor: 'parent', pointer, flags, into: birthplace(context), environment }
  yield* oomScore(context) // before undumpable, which makes root the owner of the file
  yield* joinRdt(context)
  yield* cgroupOfUnit(context, limits) // before the init does anything else
  // before the fork, so that no process is outside, and before the cgroup namespace
  if (!isBeside(context)) yield* joinCgroup(context)
}

type Early = { readonly early: readonly Step[]; readonly written: readonly Step[] }

/** It enters its namespaces, those that are joined and those that are made for it. */
export function* enter(context: Context, limits: Limits, { early, written }: Early): Generator<Step> {
  const { euid } = context.host
  const first = firstOnes(context, early)
  if (euid !== 0) yield* enterAsUser(context, early, first)
  else {
    yield* namespaceFiles(context) // while paths mean what they mean on the host: a new mount namespace has no pins
    yield* ownFirst(first) // the caller's may belong to another user namespace, or have mounts that cannot be cloned into another one
    yield* early // with the rights and the paths of the host, which every namespace changes
    yield* joinOthers(context) // as root of the host: a new user namespace has no rights over them
    yield* newUser(context) // owns all namespaces that are made after it
    yield* idmap(context)
    yield* hide() // before a process in the container's namespaces can see the init
    yield* joinUser(context)
    yield* becomeRoot(context)
  }
  yield* newOthers(context, first)
  yield* cgroupBeside(context, limits)
  yield* newCgroup(context, first)
  if (euid === 0) yield* timeOffsets(context) // after this fork they are fixed
  yield* fork(context)
  yield { op: 'setsid', actor: 'init', pointer: '' } // the caller's terminal cannot be typed into (TIOCSTI)
  yield* written // while the host's /proc is there: a user namespace may mount procfs only if it sees one already
  yield* keyLabel(context)
  yield* keyring(context)
  yield* loopback(context)
  yield* netDevices(context) // before hooks, which may need them
  yield* propagationOfAll(context) // before the first mount, which must not propagate to the host
}

// A user who is not root only has rights in a user namespace, so that comes first.
function* enterAsUser(context: Context, early: readonly Step[], first: readonly NamespaceRef[]): Generator<Step> {
  const joined = context.own.user?.path !== undefined
  yield* namespaceFiles(context)
  yield* newUser(context)
  yield* idmap(context)
  if (joined) yield* hide() // from the processes that are in it
  yield* joinUser(context)
  yield* ownFirst(first)
  yield* timeOffsets(context)
  if (!joined) yield* hide() // after the parent has written the files of ids and clocks, which are root's from here on
  yield* early // as the user who called ocits, whichever id root of the container gets
  yield* becomeRoot(context)
  yield* joinOthers(context) // with the rights of the user namespace
}

/** Nobody inside can look into the init. */
export function* hide(): Generator<Step> {
  yield { op: 'undumpable', actor: 'init', pointer: '' }
}
