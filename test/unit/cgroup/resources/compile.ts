import type { Hierarchies } from '../../../../src/cgroup/hierarchy.ts'
import { compileResources } from '../../../../src/cgroup/resources/compile.ts'
import type { Resources } from '../../../../src/spec/resources.ts'

const v1Names = ['cpuset', 'cpu', 'memory', 'pids', 'blkio', 'hugetlb', 'net_cls', 'net_prio', 'rdma']
const v2Names = ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma']

const one = (name: string) => ({ mount: `/sys/fs/cgroup/${name}`, controllers: [name], own: '/' })
const unified = (controllers: readonly string[]) => ({ mount: '/sys/fs/cgroup', controllers, own: '/' })

/** Every controller on v1, and the empty v2 that systemd mounts next to it. */
export const v1: Hierarchies = { v1: v1Names.map(one), v2: unified([]) }
export const v2: Hierarchies = { v1: [], v2: unified(v2Names) }

/** Hierarchies without some of their controllers. */
export function without(hierarchies: Hierarchies, ...names: string[]): Hierarchies {
  const { v1, v2 } = hierarchies
  const left = v2 === undefined ? undefined : { ...v2, controllers: v2.controllers.filter((n) => !names.includes(n)) }
  return { v1: v1.filter(({ controllers: [name = ''] }) => !names.includes(name)), v2: left }
}

/** The files of a cgroup in use. */
export type Files = Readonly<Record<string, string>>

/**
 * The writes for resources, a line each: `file value`, with `?` if the file may be missing, and the value that is written if it exists. If
 * there are faults, these instead: `!pointer below linux.resources message`.
 */
export function told(resources: Resources, hierarchies: Hierarchies, files: Files = {}): readonly string[] {
  const { writes, faults } = compileResources(resources, hierarchies, (_, file) => files[file])
  if (faults.length > 0) return faults.map(({ pointer, message }) => `!${pointer.slice(prefix.length)} ${message}`)
  return writes.map(({ file, value, missing_ok, otherwise }) => {
    const other = otherwise === undefined ? '' : `, else ${otherwise.file} ${otherwise.value}`
    return `${file}${missing_ok ? '?' : ''} ${value}${other}`
  })
}

const prefix = '/linux/resources'

/** A name, the config, and the result. */
export type Case = readonly [name: string, resources: Resources, ...lines: string[]]
