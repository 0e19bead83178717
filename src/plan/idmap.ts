import type { IDMapping } from '../spec/mounts.ts'
import type { Step } from '../step/step.ts'
import { type Context, isNew } from './context.ts'

/** The maps of a new user namespace. */
export function* idmap(context: Context): Generator<Step> {
  if (!isNew(context, 'user')) return
  const { uidMappings = [], gidMappings = [] } = context.spec.linux ?? {}
  const helper = needsHelper(context, uidMappings, gidMappings)
  yield {
    op: 'idmap',
    hand: 'parent',
    from: '/linux/uidMappings',
    uids: mapLines(uidMappings),
    gids: mapLines(gidMappings),
    // Who is not root must give up setgroups(2) before it maps its own group (user_namespaces(7)).
    deny_setgroups: context.host.euid !== 0 && !helper,
    helper,
  }
}

/** Whether setgroups(2) is denied in the container's user namespace. */
export function deniesSetgroups(context: Context): boolean {
  const { uidMappings = [], gidMappings = [] } = context.spec.linux ?? {}
  return isNew(context, 'user') && context.host.euid !== 0 && !needsHelper(context, uidMappings, gidMappings)
}

/** As /proc/PID/uid_map takes them: a line each, `inside outside size`. */
export function mapLines(mappings: readonly IDMapping[]): string {
  let lines = ''
  for (const { containerID, hostID, size } of mappings) {
    lines += `${lines === '' ? '' : '\n'}${containerID} ${hostID} ${size}`
  }
  return lines
}

/** The id on the host of an id of the container; undefined: it has none. */
export function hostId(mappings: readonly IDMapping[], id: number): number | undefined {
  for (const { containerID, hostID, size } of mappings) {
    if (id >= containerID && id < containerID + size) return hostID + (id - containerID)
  }
  return undefined
}

// Everybody may map one id: the own one.
function needsHelper({ host }: Context, uids: readonly IDMapping[], gids: readonly IDMapping[]): boolean {
  if (host.euid === 0) return false
  const [uid, ...moreUids] = uids
  const [gid, ...moreGids] = gids
  const alone = moreUids.length === 0 && moreGids.length === 0 && uid?.size === 1 && gid?.size === 1
  return !alone || uid.hostID !== host.euid
}
