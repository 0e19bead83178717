import { UsageError } from '../failure.ts'
import { type NsFile, nsFileNames, nsFiles } from '../kernel/ns_files.ts'
import type { Native } from '../native/table.ts'
import { unescaped } from './observe.ts'

/** A bind mount that holds a namespace. `pid`: a process of another mount namespace, in which it has that path. */
export type Pin = { readonly path: string; readonly pid?: number }

/** What is found out about a namespace. Inodes are those of its file, which nothing but it has (namespaces(7)). */
export type Seen = {
  readonly inode: number
  readonly type: NsFile
  /** The processes in it, ascending. */
  readonly pids: number[]
  /** Those who are not in it, while their next children will be (pid and time). */
  readonly parents: number[]
  readonly pins: Pin[]
  readonly descriptors: { readonly pid: number; readonly fd: number }[]
  /** The user namespace that owns it; undefined: this caller may not see it. */
  owner: number | undefined
  /** Of pid and user, the one in which it was made; undefined: this caller may not see it, or there is none. */
  parent: number | undefined
  /** Who made the user namespace that owns it, or is it; as this caller sees uids. */
  uid: number | undefined
}

export type Scan = {
  readonly found: ReadonlyMap<number, Seen>
  /** The inodes of the namespaces of this process. */
  readonly own: Readonly<Record<NsFile, number>>
  /** How many processes this caller may not look at. */
  readonly hidden: number
}

/** `net:[4026531840]`, the link of a namespace; undefined: it is another one. */
export function linked(text: string | number): { type: NsFile; inode: number } | undefined {
  if (typeof text === 'number' || !text.endsWith(']')) return undefined
  const at = text.indexOf(':[')
  const type = nsFileNames.find((name) => name === text.slice(0, at))
  return type === undefined ? undefined : { type, inode: Number(text.slice(at + 2, -1)) }
}

/** The namespaces of a process; undefined: it is gone, or this caller may not look at it. */
export function namespacesOf(native: Native, pid: number | 'self'): Readonly<Record<NsFile, number>> | undefined {
  const all: Partial<Record<NsFile, number>> = {}
  for (const type of nsFileNames) {
    const found = linked(native.link(`/proc/${pid}/ns/${type}`))
    if (found !== undefined) all[type] = found.inode
  }
  return Object.keys(all).length === 0 ? undefined : (all as Record<NsFile, number>)
}

/** Everything that processes, their descriptors and mounts show of namespaces. */
export function scan(native: Native): Scan {
  const own = namespacesOf(native, 'self')
  if (own === undefined) throw new UsageError('SYSTEM', 'cannot read /proc/self/ns: is /proc mounted?')
  const found = new Map<number, Seen>()
  const looked = new Set<number>() // mount namespaces
  let hidden = 0
  for (const pid of pidsOf(native)) {
    const its = namespacesOf(native, pid)
    if (its === undefined) {
      if (native.mode(`/proc/${pid}`) >= 0) hidden++
      continue
    }
    for (const type of nsFileNames) if (its[type] !== undefined) seen(found, type, its[type]).pids.push(pid)
    addChildren(native, found, pid)
    addDescriptors(native, found, pid)
    if (its.mnt === undefined || looked.has(its.mnt)) continue
    looked.add(its.mnt)
    addPins(native, found, { pid, here: its.mnt === own.mnt })
  }
  for (const each of [...found.values()]) relate(native, found, each)
  return { found, own, hidden }
}

function seen(found: Map<number, Seen>, type: NsFile, inode: number): Seen {
  const known = found.get(inode)
  if (known !== undefined) return known
  const more = { pids: [], parents: [], pins: [], descriptors: [] }
  const made: Seen = { inode, type, ...more, owner: undefined, parent: undefined, uid: undefined }
  found.set(inode, made)
  return made
}

function pidsOf(native: Native): number[] {
  const names = native.list('/proc')
  if (typeof names === 'number') throw new UsageError('SYSTEM', 'cannot read /proc: is it mounted?')
  return names
    .split('\0')
    .filter((name) => name !== '' && name >= '1' && name < ':')
    .map(Number)
    .sort((a, b) => a - b)
}

function addChildren(native: Native, found: Map<number, Seen>, pid: number): void {
  for (const type of ['pid', 'time'] as const) {
    const child = linked(native.link(`/proc/${pid}/ns/${type}_for_children`))
    const own = linked(native.link(`/proc/${pid}/ns/${type}`))
    if (child !== undefined && own !== undefined && child.inode !== own.inode)
      seen(found, type, child.inode).parents.push(pid)
  }
}

function addDescriptors(native: Native, found: Map<number, Seen>, pid: number): void {
  const names = native.list(`/proc/${pid}/fd`)
  if (typeof names === 'number') return
  for (const name of names.split('\0')) {
    const held = name === '' ? undefined : linked(native.link(`/proc/${pid}/fd/${name}`))
    if (held !== undefined) seen(found, held.type, held.inode).descriptors.push({ pid, fd: Number(name) })
  }
}

const mountinfoLimit = 64 * 1024 * 1024

// proc(5): the fourth field of a mount of nsfs is the link, the fifth its place.
function addPins(native: Native, found: Map<number, Seen>, { pid, here }: { pid: number; here: boolean }): void {
  const text = native.read(`/proc/${here ? 'self' : pid}/mountinfo`, mountinfoLimit)
  if (typeof text === 'number') return
  for (const line of text.split('\n')) {
    if (!line.includes(' - nsfs ')) continue
    const [, , , root = '', point = ''] = line.split(' ')
    const held = linked(root)
    if (held === undefined) continue
    const path = unescaped(point)
    seen(found, held.type, held.inode).pins.push(here ? { path } : { path, pid })
  }
}

/** A path of it that leads to no other file; undefined: it is only known by its number. */
export function pathOfNamespace({ type, pids, parents, pins, descriptors }: Seen): string | undefined {
  if (pids[0] !== undefined) return `/proc/${pids[0]}/ns/${type}`
  if (parents[0] !== undefined) return `/proc/${parents[0]}/ns/${type}_for_children`
  const [held] = descriptors
  if (held !== undefined) return `/proc/${held.pid}/fd/${held.fd}`
  return pins.find(({ pid }) => pid === undefined)?.path
}

// Its owner, and for a user namespace its parents, are there even where no process is in them.
function relate(native: Native, found: Map<number, Seen>, each: Seen): void {
  const path = pathOfNamespace(each)
  // Who was in it may have ended since it was seen, or have gone to another one: that one's owner is not its owner.
  if (path === undefined || asked(native, path, '')?.inode !== each.inode) return
  if (each.type === 'user') {
    ancestors(native, found, { path, way: '', each })
    return
  }
  const owner = asked(native, path, 'u')
  if (owner !== undefined) {
    each.owner = owner.inode
    each.uid = owner.uid
    if (!found.has(owner.inode)) ancestors(native, found, { path, way: 'u', each: seen(found, 'user', owner.inode) })
  }
  if (each.type === 'pid') ancestors(native, found, { path, way: '', each })
}

type Climb = { readonly path: string; readonly way: string; readonly each: Seen }

// They nest at most 32 deep (user_namespaces(7), pid_namespaces(7)).
function ancestors(native: Native, found: Map<number, Seen>, { path, way, each }: Climb): void {
  if (each.type === 'user') each.uid = asked(native, path, way)?.uid
  const parent = asked(native, path, `${way}p`)
  if (parent === undefined) return
  each.parent = parent.inode
  if (each.type === 'user') each.owner = parent.inode
  if (found.has(parent.inode)) return
  const next = seen(found, each.type, parent.inode)
  if (each.type === 'pid') {
    const owner = asked(native, path, `${way}pu`)
    next.owner = owner?.inode
    next.uid = owner?.uid
  }
  ancestors(native, found, { path, way: `${way}p`, each: next })
}

type Answer = { readonly type: NsFile; readonly inode: number; readonly uid: number | undefined }

/** What the kernel says of the namespace at a path, or of what a way from it leads to (native.namespace); undefined: nothing. */
export function asked(native: Native, path: string, way: string): Answer | undefined {
  const text = native.namespace(path, way)
  if (typeof text === 'number') return undefined
  const [flag, inode, uid] = text.split(' ').map(Number)
  const type = nsFileNames.find((name) => nsFiles[name].flag === flag)
  return type === undefined || inode === undefined ? undefined : { type, inode, uid: uid === -1 ? undefined : uid }
}
