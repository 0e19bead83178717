import { mempolicyFlags, mempolicyModes } from '../kernel/mempolicy.ts'
import { personalities } from '../kernel/personality.ts'
import { ioprioClasses, ioprioClassShift, schedulerFlags, schedulerPolicies } from '../kernel/scheduler.ts'

type Scheduler = {
  readonly policy: number
  readonly nice: number
  readonly priority: number
  readonly flags: number | bigint
  readonly runtime: number | bigint
  readonly deadline: number | bigint
  readonly period: number | bigint
}

type Names = Readonly<Record<string, number>>

/** `SCHED_FIFO priority 10`: only the parameters that the policy uses. */
export function scheduled({ policy, nice, priority, flags, ...times }: Scheduler): string {
  const words = [nameOf(schedulerPolicies, policy)]
  if (nice !== 0) words.push(`nice ${nice | 0}`)
  if (priority !== 0) words.push(`priority ${priority}`)
  if (times.runtime !== 0) words.push(`runtime ${times.runtime} deadline ${times.deadline} period ${times.period} ns`)
  return [...words, ...namesOf(schedulerFlags, Number(flags))].join(' ')
}

/** `IOPRIO_CLASS_BE 4` */
export function ioPriority({ value }: { readonly value: number }): string {
  const level = value & ((1 << ioprioClassShift) - 1)
  return `${nameOf(ioprioClasses, value >> ioprioClassShift)} ${level}`
}

export function domain({ domain }: { readonly domain: number }): string {
  return nameOf(personalities, domain)
}

/** `MPOL_BIND nodes 0-1,3 MPOL_F_STATIC_NODES` */
export function memoryPolicyLine({ mode, nodes }: { readonly mode: number; readonly nodes: Uint8Array }): string {
  const flags = namesOf(mempolicyFlags, mode)
  const all = Object.values(mempolicyFlags).reduce((bits: number, flag) => bits | flag, 0)
  const list = nodeList(nodes)
  return [nameOf(mempolicyModes, mode & ~all), ...(list === '' ? [] : [`nodes ${list}`]), ...flags].join(' ')
}

/** `CPUs 0-3,7` */
export function cpuList({ cpus }: { readonly cpus: Uint8Array }): string {
  return cpus.length === 0 ? 'every CPU of its cgroup' : `CPUs ${nodeList(cpus)}`
}

function nodeList(bits: Uint8Array): string {
  const parts: string[] = []
  const has = (node: number) => (((bits[node >> 3] ?? 0) >> (node & 7)) & 1) === 1
  for (let first = 0; first < 8 * bits.length; first++) {
    if (!has(first)) continue
    let last = first
    while (has(last + 1)) last++
    parts.push(first === last ? `${first}` : `${first}-${last}`)
    first = last
  }
  return parts.join(',')
}

function nameOf(names: Names, value: number): string {
  return Object.keys(names).find((name) => names[name] === value) ?? String(value)
}

function namesOf(flags: Names, bits: number): readonly string[] {
  return Object.keys(flags).filter((name) => bits & (flags[name] ?? 0))
}
