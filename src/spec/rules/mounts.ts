import { mountOption } from '../../kernel/mount.ts'
import { idmapOption } from '../idmap_option.ts'
import type { Mount } from '../mounts.ts'
import { namespace } from '../namespace.ts'
import { clean } from '../path.ts'
import { below, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'
import { idMappings } from './namespaces.ts'

export function mountRules(spec: Spec, report: Report, warn: Report): void {
  const hasUser = namespace(spec, 'user') !== undefined
  spec.mounts?.forEach((mount, index) => {
    const here = below(report, `/mounts/${index}`)
    // runc's words. Deprecated by the specification since 1.2.
    if (!mount.destination.startsWith('/')) {
      const words = `mount destination ${JSON.stringify(mount.destination)} is not absolute`
      warn(`/mounts/${index}/destination`, `${words}: it is taken as ${JSON.stringify(clean(mount.destination))}`)
    }
    if (isBind(mount)) bind(mount, hasUser, { report: here, warn: below(warn, `/mounts/${index}`) })
    else fileSystem(mount, here)
  })
}

/** Whether a mount is a bind mount: by its type, or by an option whatever its type. */
export function isBind(mount: Mount): boolean {
  if (mount.type === 'bind') return true
  return mount.options !== undefined && (mount.options.includes('bind') || mount.options.includes('rbind'))
}

type Told = { readonly report: Report; readonly warn: Report }

function bind(mount: Mount, hasUser: boolean, { report, warn }: Told): void {
  const { source = '' } = mount
  destination(mount, clean(source) === '/proc', report)
  if (source === '') report('/source', 'a bind mount needs a source')
  mount.options?.forEach((name, index) => {
    const option = mountOption(name)
    if (option === undefined) {
      if (name === '') return // as buildah writes it for `-v`
      // `size=1k` means nothing for a bind mount and is let pass, as crun and the validation suite do. A bare word is not:
      // a `nosiud` that is dropped would be a protection less.
      if (name.includes('=')) {
        const maps = idmapOption(name)
        if (maps === undefined)
          warn(`/options/${index}`, `a bind mount has no such option, it is passed over: ${JSON.stringify(name)}`)
        else if (typeof maps === 'string') report(`/options/${index}`, maps)
        else if (!hasUser && [...maps.uids, ...maps.gids].some(({ relative }) => relative)) {
          report(`/options/${index}`, 'specified a relative mapping without user namespace mappings')
        } else {
          idMappings(maps.uids, (_, words) => report(`/options/${index}`, `uids: ${words}`))
          idMappings(maps.gids, (_, words) => report(`/options/${index}`, `gids: ${words}`))
        }
        return
      }
      const words = 'bind mounts cannot have any filesystem-specific options applied'
      report(`/options/${index}`, `${words}: ${JSON.stringify(name)}`)
    } else if (option.kind === 'copyup') {
      report(`/options/${index}`, 'tmpcopyup is for tmpfs only')
    } else if (option.kind === 'idmap' && !hasUser && (mount.uidMappings ?? []).length === 0) {
      report(`/options/${index}`, 'an id-mapped mount needs mappings, its own or those of a user namespace')
    }
  })
  const { uidMappings = [], gidMappings = [] } = mount
  if (uidMappings.length > 0 !== gidMappings.length > 0) {
    report('', 'id-mapped mounts must have both uid and gid mappings specified')
  }
  idMappings(uidMappings, below(report, '/uidMappings'))
  idMappings(gidMappings, below(report, '/gidMappings'))
}

function fileSystem(mount: Mount, report: Report): void {
  const { type = '', options = [] } = mount
  destination(mount, type === 'proc', report)
  if (type === '' && !options.some(changesOnly)) report('/type', 'type must not be empty')
  if (type === 'none' && !options.some(changesOnly)) {
    report(
      '/type',
      'no such device: "none" is no file system; to bind a folder or a file takes the option bind or rbind',
    )
  }
  options.forEach((name, index) => {
    if (mountOption(name)?.kind === 'symlink') report(`/options/${index}`, `${name} is for bind mounts only`)
  })
  const copyup = type === 'tmpfs' ? -1 : options.indexOf('tmpcopyup')
  if (copyup >= 0) report(`/options/${copyup}`, 'tmpcopyup is for tmpfs only')
  const mapped = (mount.uidMappings ?? mount.gidMappings ?? []).length > 0
  if (mapped || options.includes('idmap') || options.includes('ridmap')) {
    report('', 'id-mapped mounts are only supported for bind-mounts')
  }
}

// Options that change a mount that is there, and so need no file system.
function changesOnly(name: string): boolean {
  const kind = mountOption(name)?.kind
  return kind === 'remount' || kind === 'propagation'
}

/**
 * A mount over a part of /proc could feign what the runtime itself reads and writes there (CVE-2019-16884, CVE-2019-19921).
 * These files are what lxcfs and its like stand in for. Symlinks of the image are looked at when the mount is made.
 */
const allowedInProc: readonly string[] = [
  '/proc/cpuinfo',
  '/proc/diskstats',
  '/proc/meminfo',
  '/proc/stat',
  '/proc/swaps',
  '/proc/uptime',
  '/proc/loadavg',
  '/proc/slabinfo',
  '/proc/sys/kernel/ns_last_pid',
  '/proc/sys/crypto/fips_enabled',
]

function destination(mount: Mount, procfs: boolean, report: Report): void {
  const path = clean(mount.destination)
  if (path === '/') report('/destination', 'mountpoint is on the top of rootfs')
  if (!path.startsWith('/proc')) return
  if (path === '/proc') {
    if (!procfs) report('/destination', '"/proc" cannot be mounted because it is not of type proc')
  } else if (path.startsWith('/proc/') && !allowedInProc.includes(path)) {
    report('/destination', `${JSON.stringify(path)} cannot be mounted because it is inside /proc`)
  }
}
