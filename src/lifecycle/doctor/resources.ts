import type { Hierarchy } from '../../plan/host.ts'
import { type Finding, judged, kernelText, type Patient } from './finding.ts'

/** The sections of linux.resources, and the controllers of v1 and v2 that carry them out (cgroups(7)). */
const controllers: Readonly<Record<string, readonly [section: string, v1: string, v2: string]>> = {
  memory: ['memory', 'memory', 'memory'],
  cpu: ['cpu', 'cpu', 'cpu'],
  cpuset: ['cpu', 'cpuset', 'cpuset'],
  pids: ['pids', 'pids', 'pids'],
  io: ['blockIO', 'blkio', 'io'],
  hugetlb: ['hugepageLimits', 'hugetlb', 'hugetlb'],
  rdma: ['rdma', 'rdma', 'rdma'],
  devices: ['devices', 'devices', ''], // v2: a program of bpf(2)
  freezer: ['', 'freezer', ''], // v2: every cgroup has it
}

/** The cgroups: their version, what can be limited, and where the caller may make one. */
export function* cgroups({ host, spec }: Patient): Generator<Finding> {
  const { v1, v2 } = host
  const all = [...v1, ...(v2 === undefined ? [] : [v2])]
  const version = v1.length === 0 ? 'v2' : v2 === undefined ? 'v1' : 'v1, and v2 beside it'
  yield judged('cgroups', {
    has: all.length > 0,
    needed: false,
    detail: `${version}: ${all.map(({ mount }) => mount).join(' ')}`,
    lack: 'no hierarchy is mounted: containers run without limits',
    cure: 'mount -t cgroup2 none /sys/fs/cgroup',
  })
  yield* delegated(all)
  const wanted = spec.linux?.resources as Readonly<Record<string, unknown>> | undefined
  for (const [name, [section, old, young]] of Object.entries(controllers)) {
    const place = [
      ...v1.filter(({ controllers: names }) => names.includes(old)),
      ...(v2 !== undefined && young !== '' && v2.controllers.includes(young) ? [v2] : []),
    ][0]
    if (place === undefined && young === '' && v1.length === 0) continue
    const value = section === '' ? undefined : wanted?.[section]
    const needed = name !== 'devices' && isAsked(name, value)
    yield judged(`controller ${name}`, {
      has: place !== undefined,
      needed,
      detail: place?.mount ?? '',
      lack: 'this machine has it nowhere',
      cure: 'a kernel that has it, without cgroup_disable= on its command line',
    })
  }
}

// A section may have fields of two controllers.
function isAsked(name: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value).filter((key) => (name === 'cpuset') === ['cpus', 'mems'].includes(key))
  return name === 'cpu' || name === 'cpuset' ? keys.length > 0 : Object.keys(value).length > 0
}

// Not of root, who may make them everywhere.
function* delegated(all: readonly Hierarchy[]): Generator<Finding> {
  if (all.every(({ delegated: folder }) => folder === undefined)) return
  const own = all.filter(({ delegated: folder = '' }) => folder !== '')
  yield judged('delegation', {
    has: own.length > 0,
    needed: false,
    detail: `below ${own.map(({ mount, delegated: folder }) => `${mount}${folder}`).join(' ')} cgroups are this user’s`,
    lack: 'no cgroup is this user’s: a container stays in that of the caller, without limits of its own',
    cure: 'systemd-run --user --scope -p Delegate=yes COMMAND',
  })
}

/** The file systems that the config mounts. */
export function* fileSystems({ native, host, spec }: Patient): Generator<Finding> {
  const known = kernelText(native, '/proc/filesystems').split(/\s+/)
  const wanted = new Set(
    (spec.mounts ?? []).map(({ type = '' }) => (type === 'cgroup' && host.v1.length === 0 ? 'cgroup2' : type)),
  )
  for (const type of ['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'cgroup', 'cgroup2', 'overlay'])
    yield judged(`file system ${type}`, {
      has: known.includes(type),
      needed: wanted.has(type),
      detail: 'the kernel has it',
      lack: 'the kernel does not have it now',
      cure: `modprobe ${type}, or a kernel with it`,
    })
}
