import { mapLines } from '../spec/mappings.ts'
import type { IDMapping } from '../spec/mounts.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/** The maps of a new user namespace. */
export function* idmap(context: Context): Generator<Step> {
  if (!context.isNew.user) return
  const { uidMappings = [], gidMappings = [] } = context.spec.linux ?? {}
  const { euid, egid } = context.host
  yield {
    op: 'idmap',
    actor: 'parent',
    pointer: '/linux/uidMappings',
    uids: mapLines(uidMappings),
    gids: mapLines(gidMappings),
    // A user who is not root must deny setgroups(2) before mapping its own group (user_namespaces(7)).
    deny_setgroups: euid !== 0 && isAlone(gidMappings, egid),
    uid_helper: euid !== 0 && !isAlone(uidMappings, euid),
    gid_helper: euid !== 0 && !isAlone(gidMappings, egid),
  }
}

/** Whether setgroups(2) is denied in the container's user namespace. */
export function deniesSetgroups(context: Context): boolean {
  const { euid, egid, setgroups } = context.host
  const own = context.isNew.user && euid !== 0 && isAlone(context.spec.linux?.gidMappings ?? [], egid)
  return own || !setgroups
}

// Every user may map one id: its own.
function isAlone([first, ...more]: readonly IDMapping[], id: number): boolean {
  return more.length === 0 && first?.size === 1 && first.hostID === id
}

/** The id on the host for an id of the container; undefined: it is not mapped. */
export function hostId(mappings: readonly IDMapping[], id: number): number | undefined {
  for (const { containerID, hostID, size } of mappings) {
    if (id >= containerID && id < containerID + size) return hostID + (id - containerID)
  }
  return undefined
}
