import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { S_IFDIR, S_IFMT } from '../kernel/files.ts'
import type { Native } from '../native/table.ts'
import type { Dumped } from '../plan/checkpoint.ts'
import { clean } from '../spec/path.ts'
import { unescaped } from './observe.ts'

const mountinfoLimit = 64 * 1024 * 1024
/** As the kernel has it for one path (path_resolution(7)). */
const mostLinks = 40

/** What CRIU has to be told of a container's process, beside its config. Throws a UsageError if that is not to be seen. */
export function dumped(native: Native, pid: number): Dumped {
  const text = native.read(`/proc/${pid}/mountinfo`, mountinfoLimit)
  if (typeof text === 'number')
    throw new UsageError('SYSTEM', `cannot read /proc/${pid}/mountinfo: ${errno(-text).text}`)
  const mounts = new Map<string, string>()
  const ids = new Set<string>()
  let v1 = false
  for (const line of text.split('\n')) {
    const [id = '', , , , point] = line.split(' ')
    if (point === undefined) continue
    ids.add(id)
    mounts.set(unescaped(point), line)
    v1 ||= line.includes(' - cgroup ')
  }
  return {
    has: (path) => mounts.has(path),
    isFolder: (path) => (native.mode(`/proc/${pid}/root${path}`) & S_IFMT) === S_IFDIR,
    resolved: (path) => resolved(native, pid, path),
    follows: (path) => mounts.get(path)?.includes(' master:') === true,
    hasV1: v1,
    inode: (type) => inodeOf(native.link(`/proc/${pid}/ns/${type}`)),
    descriptors: [0, 1, 2].map((fd) => descriptorOf(native, { pid, fd, ids })),
  }
}

// Where a path of the container leads: its links are of the image. Whatever comes of it is only compared with the places of mounts.
function resolved(native: Native, pid: number, path: string): string {
  let left = path.split('/').filter((name) => name !== '')
  let at = ''
  for (let links = 0; left.length > 0 && links < mostLinks; ) {
    const [name = '', ...rest] = left
    const link = native.link(`/proc/${pid}/root${at}/${name}`)
    left = rest
    if (typeof link === 'number') {
      at = `${at}/${name}`
      continue
    }
    links++
    const target = clean(link.startsWith('/') ? link : `${at}/${link}`)
    left = [...target.split('/').filter((each) => each !== ''), ...rest]
    at = ''
  }
  return at === '' ? '/' : at
}

const inodeOf = (link: string | number): string | undefined =>
  typeof link === 'number' ? undefined : link.slice(link.indexOf('[') + 1, -1)

type Open = { readonly pid: number; readonly fd: number; readonly ids: ReadonlySet<string> }

// CRIU's name of a file that is on no mount of the container's: by the mount and the inode, in hexadecimal digits.
function descriptorOf(native: Native, { pid, fd, ids }: Open): string {
  const link = native.link(`/proc/${pid}/fd/${fd}`)
  if (typeof link === 'number') return ''
  const info = native.read(`/proc/${pid}/fdinfo/${fd}`, 65536)
  if (!link.startsWith('/') || typeof info === 'number') return link
  const mount = field(info, 'mnt_id')
  const inode = field(info, 'ino')
  if (mount === undefined || inode === undefined || ids.has(mount)) return link
  return `file[${Number(mount).toString(16)}:${Number(inode).toString(16)}]`
}

function field(info: string, name: string): string | undefined {
  const line = info.split('\n').find((each) => each.startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}
