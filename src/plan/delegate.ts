import { mountAttr } from '../kernel/mount.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { hostId } from './idmap.ts'
import { parseOptions } from './mount_options.ts'

/**
 * Where a container may write to its own cgroup, that belongs to the user of its process: all hierarchies are v2, it has a cgroup
 * namespace of its own, and it mounts the cgroup file system writable (cgroups(7), delegation).
 */
export function* delegate(context: Context): Generator<Step> {
  const { folders, host, own, spec } = context
  const pointer = writable(context)
  if (pointer === undefined || folders.v1.length > 0 || folders.v2 === undefined || !context.isNew.cgroup) return
  const { uid = 0, gid = 0 } = spec.process?.user ?? {}
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  const mapped = own.user !== undefined
  // Of a user namespace that is joined the maps are not known: it could be anybody on the host.
  const owner = mapped ? { uid: hostId(uidMappings, uid), gid: hostId(gidMappings, gid) } : { uid, gid }
  if (owner.uid === undefined || owner.gid === undefined) return
  // Without root rights nothing can be given away.
  if (owner.uid === host.euid || host.rootless) return
  yield { op: 'delegate', actor: 'parent', pointer, dir: folders.v2.path, uid: owner.uid, gid: owner.gid }
}

function writable({ spec: { mounts = [] } }: Context): Pointer | undefined {
  const index = mounts.findIndex(({ type, options = [] }) => {
    if (type !== 'cgroup' && type !== 'cgroup2') return false
    const { set, setBelow } = parseOptions(options)
    return ((set | setBelow) & mountAttr.rdonly) === 0
  })
  return index < 0 ? undefined : `/mounts/${index}`
}
