import { mountOption } from '../../kernel/mount.ts'
import type { Mount } from '../mounts.ts'
import { namespace } from '../namespace.ts'
import { clean } from '../path.ts'
import { at, type Fault, type Pointer } from '../pointer.ts'
import type { Spec } from '../spec.ts'
import { idMappings } from './namespaces.ts'

export function* mounts(spec: Spec): Generator<Fault> {
  for (const [index, mount] of (spec.mounts ?? []).entries()) {
    const pointer = at('mounts', index)
    const bind = isBind(mount)
    yield* destination(mount, bind, pointer)
    yield* source(mount, bind, pointer)
    yield* idmap(mount, bind, spec, pointer)
    if (bind) yield* bindOptions(mount, pointer)
  }
}

/** Whether a mount is a bind mount: by its type, or by an option whatever its type. */
export function isBind(mount: Mount): boolean {
  return mount.type === 'bind' || (mount.options ?? []).some((name) => name === 'bind' || name === 'rbind')
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

function* destination(mount: Mount, bind: boolean, parent: Pointer): Generator<Fault> {
  const path = clean(mount.destination)
  const pointer = `${parent}/destination`
  if (path === '/') yield { pointer, message: 'mountpoint is on the top of rootfs' }
  if (path === '/proc') {
    const procfs = bind ? clean(mount.source ?? '') === '/proc' : mount.type === 'proc'
    if (!procfs) yield { pointer, message: '"/proc" cannot be mounted because it is not of type proc' }
  } else if (path.startsWith('/proc/') && !allowedInProc.includes(path)) {
    yield { pointer, message: `${JSON.stringify(path)} cannot be mounted because it is inside /proc` }
  }
}

function* source(mount: Mount, bind: boolean, pointer: Pointer): Generator<Fault> {
  const { type = '', options = [] } = mount
  if (bind) {
    if ((mount.source ?? '') === '') yield { pointer: `${pointer}/source`, message: 'a bind mount needs a source' }
  } else if (type === '' && !options.some(changesOnly)) {
    yield { pointer: `${pointer}/type`, message: 'type must not be empty' }
  }
  const copyup = options.indexOf('tmpcopyup')
  if (copyup >= 0 && (bind || type !== 'tmpfs')) {
    yield { pointer: `${pointer}/options/${copyup}`, message: 'tmpcopyup is for tmpfs only' }
  }
}

// Options that change a mount that is there, and so need no file system.
function changesOnly(name: string): boolean {
  const kind = mountOption(name)?.kind
  return kind === 'remount' || kind === 'propagation'
}

function* bindOptions(mount: Mount, pointer: Pointer): Generator<Fault> {
  for (const [index, name] of (mount.options ?? []).entries()) {
    if (mountOption(name) === undefined) {
      const message = 'bind mounts cannot have any filesystem-specific options applied'
      yield { pointer: `${pointer}/options/${index}`, message: `${message}: ${JSON.stringify(name)}` }
    }
  }
}

function* idmap(mount: Mount, bind: boolean, spec: Spec, pointer: Pointer): Generator<Fault> {
  const { uidMappings = [], gidMappings = [], options = [] } = mount
  const own = uidMappings.length > 0 || gidMappings.length > 0
  const option = options.findIndex((name) => name === 'idmap' || name === 'ridmap')
  if (!own && option < 0) return
  if (!bind) yield { pointer, message: 'id-mapped mounts are only supported for bind-mounts' }
  if (own && (uidMappings.length === 0 || gidMappings.length === 0)) {
    yield { pointer, message: 'id-mapped mounts must have both uid and gid mappings specified' }
  }
  if (!own && namespace(spec, 'user') === undefined) {
    const message = 'an id-mapped mount needs mappings, its own or those of a user namespace'
    yield { pointer: `${pointer}/options/${option}`, message }
  }
  yield* idMappings(uidMappings, `${pointer}/uidMappings`)
  yield* idMappings(gidMappings, `${pointer}/gidMappings`)
}
