import { UsageError } from '../failure.ts'
import { caps } from '../kernel/caps.ts'
import { ENOENT } from '../kernel/errnos.ts'
import { ofChildren } from '../kernel/namespaces.ts'
import type { Native } from '../native/table.ts'
import type { Hierarchy, Host } from '../plan/host.ts'
import { security } from './security.ts'

/**
 * Reads the facts on which a plan depends, from /proc and /sys. Throws a UsageError if /proc is not mounted. `whose`: the pid of the process
 * whose cgroups are `own`; `self` is the runtime.
 */
export function observe(native: Native, whose: number | 'self' = 'self'): Host {
  const euid = native.euid()
  const own = need(native, `/proc/${whose}/cgroup`)
  const mounts = need(native, '/proc/self/mountinfo')
  const rootless = euid !== 0 || !isInitialUserns(native)
  const { v1, v2 } = hierarchies(native, { own, mounts })
  let makesNodes: boolean | undefined
  const delegated = (each: Hierarchy) => (rootless ? { ...each, delegated: delegatedTo(native, each) } : each)
  return {
    euid,
    egid: native.egid(),
    machine: machineOf(native),
    rootless,
    setgroups: !rootless || native.read('/proc/self/setgroups', 64) !== 'deny\n',
    v1: v1.map(delegated),
    v2: v2 && delegated(v2),
    isOwn: (type, path) => native.same(path, ofChildren(type)) === 1,
    get makesNodes() {
      makesNodes ??= native.able(caps.CAP_MKNOD ?? -1) === 1 // asked for each device
      return makesNodes
    },
    get pinned() {
      return mounts.includes(' mnt:[') // the field with the root of a mount; a blank in a path is written \040
    },
    get security() {
      return security(native)
    },
    get resctrl() {
      return resctrlMount(mounts)
    },
  }
}

// A delegated cgroup and those below it belong to the user (cgroups(7), delegation).
function delegatedTo(native: Native, { mount, own }: Hierarchy): string {
  let found = ''
  for (let at = own; native.ours(`${mount}${at}`) >= 0; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    found = at
    if (at === '/') break
  }
  return found
}

function machineOf(native: Native): string {
  const machine = native.machine()
  if (typeof machine === 'number') throw new UsageError('SYSTEM', 'uname(2) does not name the machine')
  return machine
}

// A machine with very many mounts has megabytes of mountinfo.
const limit = 64 * 1024 * 1024

function need(native: Native, path: string): string {
  const text = native.read(path, limit)
  if (typeof text === 'number') throw new UsageError('SYSTEM', `cannot read ${path}: is /proc mounted?`)
  return text
}

/**
 * Whether this process is in the machine's first user namespace. Its file has the inode PROC_USER_INIT_INO of linux/proc_ns.h, and is missing
 * where the kernel has no others. The map tells nothing: another namespace can map every id to itself, too.
 */
export function isInitialUserns(native: Native): boolean {
  const name = native.link('/proc/self/ns/user')
  return name === 'user:[4026531837]' || name === -ENOENT
}

type Texts = { readonly own: string; readonly mounts: string }

function hierarchies(native: Native, { own, mounts }: Texts): Pick<Host, 'v1' | 'v2'> {
  const mine = ownCgroups(own)
  const v1: Hierarchy[] = []
  let v2: Hierarchy | undefined
  for (const { v2: isV2, options, point, root } of cgroupMounts(mounts)) {
    const found = isV2 ? mine.get('') : mountedWith(options, mine)
    if (found === undefined) continue
    const { names, path } = found
    mine.delete(names[0] ?? '') // another mount of the same hierarchy has nothing new
    const controllers = isV2 ? controllersOf(native, point) : names
    const hierarchy = { mount: point, own: below(root, path), controllers }
    if (isV2) v2 = hierarchy
    else v1.push(hierarchy)
  }
  return { v1, v2 }
}

// The options of a v1 mount name all controllers of its hierarchy.
function mountedWith(options: readonly string[], mine: Own): Cgroup | undefined {
  for (const option of options) {
    const found = mine.get(option)
    if (found?.names.every((name) => options.includes(name))) return found
  }
  return undefined
}

function controllersOf(native: Native, mount: string): readonly string[] {
  const text = native.read(`${mount}/cgroup.controllers`, 4096)
  return typeof text === 'number'
    ? []
    : text
        .trim()
        .split(' ')
        .filter((name) => name !== '')
}

type Cgroup = { readonly names: readonly string[]; readonly path: string }

/** The paths by the first name of each hierarchy, which is empty for v2. */
type Own = Map<string, Cgroup>

// /proc/self/cgroup, cgroups(7): `4:cpu,cpuacct:/path`, `1:name=systemd:/path`, and for v2 `0::/path`.
function ownCgroups(text: string): Own {
  const found: Own = new Map()
  for (const line of text.split('\n')) {
    const first = line.indexOf(':')
    const second = line.indexOf(':', first + 1)
    if (second < 0) continue
    const names = line.slice(first + 1, second).split(',')
    found.set(names[0] ?? '', { names, path: line.slice(second + 1) })
  }
  return found
}

type CgroupMount = {
  readonly root: string
  readonly point: string
  readonly v2: boolean
  readonly options: readonly string[]
}

// /proc/self/mountinfo, proc(5). A blank in a path is written \040, so ` - ` occurs once in a line. Only the few lines of
// cgroups are split.
function cgroupMounts(text: string): CgroupMount[] {
  const found: CgroupMount[] = []
  for (let dash = text.indexOf(' - cgroup'); dash >= 0; dash = text.indexOf(' - cgroup', dash + 1)) {
    const before = text.slice(text.lastIndexOf('\n', dash) + 1, dash).split(' ')
    const [type, , options] = text.slice(dash + 3, text.indexOf('\n', dash)).split(' ')
    if (type !== 'cgroup' && type !== 'cgroup2') continue
    found.push({
      root: unescaped(before[3] ?? '/'),
      point: unescaped(before[4] ?? '/'),
      v2: type === 'cgroup2',
      options: (options ?? '').split(','),
    })
  }
  return found
}

function resctrlMount(text: string): string | undefined {
  const dash = text.indexOf(' - resctrl ')
  if (dash < 0) return undefined
  return unescaped(text.slice(text.lastIndexOf('\n', dash) + 1, dash).split(' ')[4] ?? '/')
}

/** A path of mountinfo, which writes blank, tab, newline and backslash as three octal digits. */
export function unescaped(path: string): string {
  if (!path.includes('\\')) return path
  const [start = '', ...parts] = path.split('\\')
  return start + parts.map((part) => String.fromCharCode(Number.parseInt(part.slice(0, 3), 8)) + part.slice(3)).join('')
}

// In a container the mount may show only a part of the hierarchy, and /proc/self/cgroup has the path from its root.
function below(root: string, path: string): string {
  if (root === '/') return path.startsWith('/..') ? '/' : path
  return path.startsWith(`${root}/`) ? path.slice(root.length) : '/'
}
