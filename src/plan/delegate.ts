import { mountAttr } from '../kernel/mount.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { hostId } from './idmap.ts'
import { parseOptions } from './mount_options.ts'

/**
 * Gives the container's cgroup to the user of its process, if the container may write to it: all hierarchies are v2, it has a cgroup
 * namespace of its own, and mounts the cgroup file system writable (cgroups(7), delegation).
 */
export function* delegate(context: Context): Generator<Step> {
  const { folders, host, own, spec } = context
  const pointer = writable(context)
  if (pointer === undefined || folders.v1.length > 0 || folders.v2 === undefined || !context.isNew.cgroup) return
  const { uid = 0, gid = 0 } = spec.process?.user ?? {}
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  const mapped = own.user !== undefined
  // The maps of a joined user namespace are not known: the user could be any user of the host.
  const owner = mapped ? { uid: hostId(uidMappings, uid), gid: hostId(gidMappings, gid) } : { uid, gid }
  if (owner.uid === undefined || owner.gid === undefined) return
  // Only root can give files to another user.
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
