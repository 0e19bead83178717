import { readFileSync } from 'node:fs'

const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .filter((line) => / - cgroup2? /.test(line))
const isMountOfV2 = (line: string) => line.includes(' - cgroup2 ')

/** Whether this machine has hierarchies of cgroup v1. Besides them there may be one of v2, with controllers that v1 does not have. */
export const isV1 = !mounts.every(isMountOfV2)

/** The mount point of each hierarchy. */
export const hierarchies: readonly string[] = mounts.map((line) => line.split(' ')[4] ?? '')

const pointOfV2 = mounts.find(isMountOfV2)?.split(' ')[4]

/** The controllers of cgroup v2 that v1 does not have. */
export const controllersOfV2: readonly string[] =
  pointOfV2 === undefined
    ? []
    : readFileSync(`${pointOfV2}/cgroup.controllers`, 'utf8')
        .split(/\s/)
        .filter((name) => name !== '')

export const isOnV1 = (controller: string): boolean =>
  mounts.some((line) => !isMountOfV2(line) && new RegExp(`\\b${controller}\\b`).test(line.slice(line.indexOf(' - '))))

export const hasController = (name: string): boolean => isOnV1(name) || controllersOfV2.includes(name)

/** The contents of a cgroup's files by name: on v1 after the folder of the controller, as in `memory/memory.limit_in_bytes`. */
export type Files = Readonly<Record<string, string>>

const firstOf = (files: Files, before: string) => (Object.keys(files)[0] ?? '').split(before)[0] ?? ''

/** On a machine with v1, a mount of type cgroup shows a container only the hierarchies of v1. So v2 gets another mount. */
export const besideV1 = { destination: '/v2', type: 'cgroup2', source: 'cgroup2' }

/** The files of the version that has their controller on this machine, by their paths in a container; undefined: neither has it. */
export function filesHere(v1: Files, v2: Files): Files | undefined {
  const below = (folder: string, files: Files) =>
    Object.fromEntries(Object.entries(files).map(([name, words]) => [`${folder}/${name}`, words]))
  if (isOnV1(firstOf(v1, '/'))) return below('/sys/fs/cgroup', v1)
  if (!controllersOfV2.includes(firstOf(v2, '.'))) return undefined
  return below(isV1 ? besideV1.destination : '/sys/fs/cgroup', v2)
}
