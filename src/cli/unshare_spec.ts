import { UsageError } from '../failure.ts'
import { caps } from '../kernel/caps.ts'
import { longFlagName, nsFiles } from '../kernel/ns_files.ts'
import { workingFolder } from '../machine/root.ts'
import type { Native } from '../native/table.ts'
import type { UnshareRequest } from '../plan/unshare.ts'
import { specVersion } from '../spec/version.ts'
import { textOf } from './line.ts'
import type { Values } from './row.ts'
import type { Range } from './unshare_maps.ts'

/**
 * The text of a config.json for `ocits run`, which says what the flags say. A container is a little more: it has a mount namespace in any case, a cgroup and a
 * session of its own, and its program is process 1 of a new pid namespace.
 */
export function specOfUnshare(native: Native, request: UnshareRequest, flags: Readonly<Values>): string {
  const { types, maps, root = '/', cwd, proc, program, offsets } = request
  const unsaid = [
    ...types.filter((type) => request.files[type] !== undefined).map((type) => `--${longFlagName(type)}=FILE`),
    ...['kill-child', 'setgroups'].filter((flag) => flags[flag] !== undefined).map((flag) => `--${flag}`),
  ]
  if (unsaid.length > 0)
    throw new UsageError('ARGUMENT', `--spec: a config.json cannot say ${unsaid.join(', ')}: leave that out`)
  const [uids, gids] = [rangesOf(maps?.uids), rangesOf(maps?.gids)]
  if (types.includes('user') && (uids.length === 0 || gids.length === 0))
    throw new UsageError('ARGUMENT', '--spec: a container with a user namespace has both maps: add --map-root-user')
  const user = {
    uid: program.uid ?? inside(uids, native.euid()),
    gid: program.gid ?? inside(gids, native.egid()),
    umask: program.umask,
  }
  const all = [...new Set([...types, 'mnt' as const])].map((type) => ({ type: nsFiles[type].oci }))
  const propagation = textOf(flags.propagation) ?? 'private'
  const spec = {
    ociVersion: specVersion,
    process: {
      user,
      args: [program.file, ...program.args.slice(1)],
      env: program.env,
      cwd: cwd ?? (flags.root === undefined ? workingFolder(native) : '/'),
      capabilities: capabilitiesOf(user.uid, program.caps !== undefined),
    },
    root: { path: root },
    mounts: [
      // As it is: else a container makes its own devices there, which would be in the /dev of the host.
      { destination: '/dev', type: 'bind', source: `${root === '/' ? '' : root}/dev`, options: ['rbind'] },
      ...(proc === undefined
        ? []
        : [{ destination: proc, type: 'proc', source: 'proc', options: ['nosuid', 'nodev', 'noexec'] }]),
    ],
    linux: {
      namespaces: all,
      ...(types.includes('user') ? { uidMappings: uids.map(mapping), gidMappings: gids.map(mapping) } : {}),
      ...(offsets === '' ? {} : { timeOffsets: offsetsOf(offsets) }),
      ...(propagation === 'unchanged' ? {} : { rootfsPropagation: `r${propagation}` }),
    },
    ...(program.gid === undefined ? { annotations: { 'run.oci.keep_original_groups': '1' } } : {}),
  }
  return `${JSON.stringify(spec, undefined, 2)}\n`
}

function rangesOf(text = ''): Range[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [inside = 0, outside = 0, count = 0] = line.split(' ').map(Number)
    return { inside, outside, count }
  })
}

const mapping = ({ inside, outside, count }: Range) => ({ containerID: inside, hostID: outside, size: count })

function inside(ranges: readonly Range[], id: number): number {
  if (ranges.length === 0) return id
  const found = ranges.find(({ outside, count }) => id >= outside && id < outside + count)
  return found === undefined ? (ranges[0]?.inside ?? 0) : found.inside + id - found.outside
}

// As execve(2) gives them: all to root, none to others.
function capabilitiesOf(uid: number, keep: boolean) {
  const all = Object.keys(caps)
  if (keep) return { bounding: all, effective: all, permitted: all, inheritable: all, ambient: all }
  return uid === 0 ? { bounding: all, effective: all, permitted: all } : { bounding: all }
}

function offsetsOf(text: string) {
  const clocks = text.split('\n').map((line) => line.split(' '))
  return Object.fromEntries(clocks.map(([clock = '', secs]) => [clock, { secs: Number(secs) }]))
}
