import { namespaces } from '../../kernel/namespaces.ts'
import { subordinateRanges, userName } from '../../machine/users.ts'
import type { NamespaceType } from '../../spec/linux.ts'
import { type Finding, inPath, judged, kernelText, ownStatus, type Patient } from './finding.ts'

/** By type, its name in CONFIG_*_NS and in /proc/sys/user/max_*_namespaces. A mount namespace every kernel has. */
const named: Readonly<Record<NamespaceType, readonly [config: string, limit: string]>> = {
  user: ['USER_NS', 'user'],
  uts: ['UTS_NS', 'uts'],
  ipc: ['IPC_NS', 'ipc'],
  pid: ['PID_NS', 'pid'],
  mount: ['', 'mnt'],
  network: ['NET_NS', 'net'],
  cgroup: ['CGROUPS', 'cgroup'],
  time: ['TIME_NS', 'time'],
}

/** Of each type, whether the kernel has it and how many there may be (namespaces(7)). */
export function* namespaceTypes(patient: Patient): Generator<Finding> {
  const { native, spec } = patient
  const wanted = spec.linux?.namespaces ?? []
  for (const type of Object.keys(named) as NamespaceType[]) {
    const [config, limit] = named[type]
    const needed = wanted.some((each) => each.type === type && (each.path ?? '') === '')
    const file = `/proc/sys/user/max_${limit}_namespaces`
    const subject = `namespace ${type}`
    const most = kernelText(native, file)
    if (typeof native.link(`/proc/self/ns/${namespaces[type].file}`) !== 'string')
      yield judged(subject, {
        has: false,
        needed,
        detail: 'this kernel has none',
        cure: `a kernel with CONFIG_${config}`,
      })
    else if (most === '0')
      yield judged(subject, {
        has: false,
        needed,
        detail: `${file} says that there may be none`,
        cure: `a larger number in ${file}`,
      })
    else
      yield (type === 'user' ? refused(patient, needed) : undefined) ?? {
        state: 'ok',
        subject,
        detail: `up to ${most || 'any number'}`,
      }
  }
}

const subject = 'namespace user'

// What distributions forbid to whoever is not root.
function refused({ native, host }: Patient, needed: boolean): Finding | undefined {
  if (host.euid === 0) return undefined
  const debian = '/proc/sys/kernel/unprivileged_userns_clone'
  if (kernelText(native, debian) === '0')
    return judged(subject, {
      has: false,
      needed,
      detail: 'only root may make one',
      cure: `sysctl kernel.unprivileged_userns_clone=1 (${debian})`,
    })
  const ubuntu = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'
  if (kernelText(native, ubuntu) === '1')
    return judged(subject, {
      has: false,
      needed,
      detail: 'AppArmor takes the rights of one that a program without a profile makes',
      cure: `a profile for ocits with userns, or sysctl kernel.apparmor_restrict_unprivileged_userns=0 (${ubuntu})`,
    })
  return undefined
}

/** Ids that a user may map beside the own one, and the helpers that do it (newuidmap(1), subuid(5)). */
export function* ids(patient: Patient): Generator<Finding> {
  const { native, host, spec } = patient
  if (host.euid === 0) {
    yield { state: 'ok', subject: 'ids', detail: 'root maps any id' }
    return
  }
  for (const [kind, own, mappings = []] of [
    ['uid', host.euid, spec.linux?.uidMappings],
    ['gid', host.egid, spec.linux?.gidMappings],
  ] as const) {
    const needed = mappings.length > 1 || mappings.some(({ hostID, size }) => hostID !== own || size !== 1)
    yield helper(patient, `new${kind}map`, needed)
    yield range(patient, `/etc/sub${kind}`, needed)
  }
  const denied = ownStatus(native, 'NoNewPrivs') === '1'
  if (denied)
    yield {
      state: 'absent',
      subject: 'ids',
      detail: 'this process has no_new_privs: newuidmap and newgidmap get no rights by it',
    }
}

function helper({ native }: Patient, name: string, needed: boolean): Finding {
  const found = inPath(native, name)
  const cure = 'the package uidmap or shadow-utils; without it only the own id can be mapped'
  return judged(name, { has: found !== undefined, needed, detail: found ?? '', lack: 'not in PATH', cure })
}

function range({ native, host }: Patient, file: string, needed: boolean): Finding {
  const user = userName(native, host.euid) ?? String(host.euid)
  const own = subordinateRanges(native, file, host.euid)
  return judged(file, {
    has: own.length > 0,
    needed,
    detail: own.map(([first, count]) => `${Number(count)} from ${Number(first)}`).join(', '),
    lack: `no range for ${user}`,
    cure: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}`,
  })
}
