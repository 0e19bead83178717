import { ofChildren } from '../kernel/namespaces.ts'
import { keepsGroups } from '../spec/annotations.ts'
import type { NamespaceType, TimeOffset } from '../spec/linux.ts'
import type { IDMapping } from '../spec/mounts.ts'
import type { Step } from '../step/step.ts'
import { isBeside } from './cgroup.ts'
import type { Context, NamespaceRef } from './context.ts'
import { hostId } from './idmap.ts'

/** The order of creation and of joining, after the user namespace. */
const others: readonly NamespaceType[] = ['uts', 'ipc', 'pid', 'mount', 'network', 'time', 'cgroup']

/**
 * Namespaces made with the clone itself: a pid namespace whose first process is the init, which saves a fork. With a user
 * namespace it would belong to the wrong one, and clocks can be set only before anybody is in the time namespace.
 */
export function cloneFlags(context: Context): number {
  const { own } = context
  if (!context.isNew.pid || own.user !== undefined || context.isNew.time) return 0
  return own.pid?.flag ?? 0
}

/** The files of joined namespaces, opened while their paths still mean what the config says. */
export function* namespaceFiles({ own }: Context): Generator<Step> {
  for (const type of ['user', ...others] as const) {
    const { path, flag, pointer } = own[type] ?? {}
    if (path === undefined || flag === undefined) continue
    yield { op: 'nsfd', actor: 'init', pointer: `${pointer}/path`, type: flag, path, own: ofChildren(type) }
  }
}

/**
 * Joins what is joined. The privileged do it before they enter the user namespace: a namespace of the host cannot be
 * entered from a new user namespace, while the host's root may enter every one. The others have no rights before.
 */
export function* joinOthers({ own }: Context): Generator<Step> {
  for (const type of others) {
    const found = own[type]
    if (found?.path !== undefined) yield join(found, false)
  }
}

/** A user namespace that is joined. Root's groups stay outside, also where they could not be dropped inside. */
export function* joinUser({ host, own, spec }: Context): Generator<Step> {
  if (own.user?.path !== undefined) yield join(own.user, host.euid === 0 && !keepsGroups(spec))
}

/** A user namespace that is made: first, as it owns all that are made after it. */
export function* newUser(context: Context): Generator<Step> {
  const { user } = context.own
  if (user === undefined || !context.isNew.user) return
  yield { op: 'unshare', actor: 'init', pointer: user.pointer, flags: user.flag }
}

/**
 * Those made before all others. Without root rights, a mount namespace: the caller may clone nothing in its own. With them, where a tree is
 * cloned early from mounts among which a mount namespace is pinned: the kernel leaves pins out of a new mount namespace, and lets no tree with
 * one into a younger mount namespace than the one that is pinned (move_mount(2), ELOOP). Where the container's own is joined, or shall belong to
 * a user namespace that is made later, this one is only a place to stand. And a time namespace, before the init becomes another user: then
 * its files are not the parent's any more (proc(5)).
 */
export function firstOnes(context: Context, early: readonly Step[]): readonly NamespaceRef[] {
  const { host, own } = context
  const found: NamespaceRef[] = []
  if (!host.rootless && !(early.some(isTree) && host.pinned)) return found
  if (own.mount !== undefined) found.push(own.mount)
  if (own.time !== undefined && host.euid !== 0 && context.isNew.time) found.push(own.time)
  return found
}

function isTree(step: Step): boolean {
  return step.op === 'source' && step.recursive
}

/** Makes those. */
export function* ownFirst(first: readonly NamespaceRef[]): Generator<Step> {
  yield* unshare(first)
}

// Whether what is made first is the container's own; else it is made, or joined, again.
function isKept({ host, own }: Context, { type, path }: NamespaceRef): boolean {
  return type !== 'mount' || (path === undefined && (host.euid !== 0 || own.user === undefined))
}

/** In a user namespace nobody is root by birth, and new files could belong to nobody. */
export function* becomeRoot({ spec, own }: Context): Generator<Step> {
  if (own.user === undefined) return
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  const { uid = 0, gid = 0 } = spec.process?.user ?? {}
  const ids = { uid: rootOf(uidMappings, uid), gid: rootOf(gidMappings, gid) }
  yield { op: 'become_root', actor: 'init', pointer: own.user.pointer, ...ids, keep_groups: keepsGroups(spec) }
}

// A map without 0: the first capabilities of a user namespace are there whatever its ids are (user_namespaces(7)).
function rootOf(mappings: readonly IDMapping[], user: number): number {
  if (mappings.length === 0 || hostId(mappings, 0) !== undefined) return 0
  return hostId(mappings, user) === undefined ? (mappings[0]?.containerID ?? 0) : user
}

/** All others that are made, at once, but for a cgroup namespace whose place is not made yet. */
export function* newOthers(context: Context, first: readonly NamespaceRef[]): Generator<Step> {
  yield* unshare(newOnes(context, first).filter((each) => !isLate(context, each)))
}

/** It has its root where the init is by now. */
export function* newCgroup(context: Context, first: readonly NamespaceRef[]): Generator<Step> {
  yield* unshare(newOnes(context, first).filter((each) => isLate(context, each)))
}

function isLate(context: Context, { type }: NamespaceRef): boolean {
  return type === 'cgroup' && isBeside(context)
}

function* unshare(made: readonly NamespaceRef[]): Generator<Step> {
  const [first] = made
  if (first === undefined) return
  let flags = 0
  for (const each of made) flags |= each.flag
  const pointer = made.length === 1 ? first.pointer : '/linux/namespaces'
  // CLONE_NEWNET is bit 30, CLONE_NEWPID bit 29: the sum stays positive.
  yield { op: 'unshare', actor: 'init', pointer, flags }
}

/** Clocks of a new time namespace, written while it is still without a process (time_namespaces(7)). */
export function* timeOffsets({ spec }: Context): Generator<Step> {
  const { monotonic, boottime } = spec.linux?.timeOffsets ?? {}
  const lines: string[] = []
  if (monotonic !== undefined) lines.push(clock('monotonic', monotonic))
  if (boottime !== undefined) lines.push(clock('boottime', boottime))
  if (lines.length === 0) return
  yield { op: 'time_offsets', actor: 'parent', pointer: '/linux/timeOffsets', offsets: lines.join('\n') }
}

/** A pid namespace that was unshared or joined, and a new time namespace, are entered only by a child (unshare(2)). */
export function* fork(context: Context): Generator<Step> {
  const { pid, time } = context.own
  if (pid !== undefined && cloneFlags(context) === 0) yield { op: 'fork', actor: 'init', pointer: pid.pointer }
  else if (time !== undefined && context.isNew.time) yield { op: 'fork', actor: 'init', pointer: time.pointer }
}

/** The interface `lo` of a new network namespace is down. */
export function* loopback(context: Context): Generator<Step> {
  const { network } = context.own
  if (network !== undefined && context.isNew.network) yield { op: 'loopback', actor: 'init', pointer: network.pointer }
}

function newOnes(context: Context, first: readonly NamespaceRef[]): readonly NamespaceRef[] {
  const found: NamespaceRef[] = []
  const made = first.filter((each) => isKept(context, each))
  for (const type of others) {
    const each = context.own[type]
    if (each === undefined || each.path !== undefined || each.flag === cloneFlags(context)) continue
    if (!made.includes(each)) found.push(each)
  }
  return found
}

function join({ flag, pointer }: NamespaceRef, dropGroups: boolean): Step {
  return { op: 'setns', actor: 'init', pointer, type: flag, drop_groups: dropGroups }
}

function clock(name: string, { secs = 0, nanosecs = 0 }: TimeOffset): string {
  return `${name} ${secs} ${nanosecs}`
}
