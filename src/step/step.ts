import type { Pointer } from '../spec/pointer.ts'
import type { Actor, Kind, stepTable } from './table.ts'

type Value = {
  str: string
  text: string
  strs: readonly string[]
  texts: readonly string[]
  bytes: Uint8Array
  u32: number
  u32s: readonly number[]
  u64: number | bigint
  bool: boolean
  mode: number
  node: number
  namespaces: number
  attrs: number
  cleared: number
  rattrs: number
  rcleared: number
  propagation: number
  caps: number // 41 capabilities fit
  device: { readonly major: number; readonly minor: number }
  signal: number
  rlimit: number
  fills: number
  slot: number
}

type Table = typeof stepTable
export type Op = keyof Table

type ArgsOf<A extends Readonly<Record<string, Kind>>> = { readonly [N in keyof A]: Value[A[N]] }

export type StepOf<O extends Op> = {
  readonly op: O
  readonly pointer: Pointer
  readonly actor: Extract<Table[O]['actors'][number], Actor>
} & ArgsOf<Table[O]['args']>

/** One act of the kernel: which, by which process, for which field of the config, with which arguments. */
export type Step = { [O in Op]: StepOf<O> }[Op]

/**
 * The placeholders of a `text`: NUL cannot occur in a path nor raw in JSON, so NUL and a letter is free to mean
 * "fill this in when the step runs".
 */
export const placeholder = {
  id: '\0i', // the container's id
  root: '\0r', // the folder of all state, absolute
  pid: '\0p', // the init's pid: the host's number for the parent, its own for the init
  startTime: '\0s', // of the init, in clock ticks since boot, /proc/PID/stat field 22
  inodes: '\0c', // of the container's cgroups, numbers of JSON: 0 for one that it did not make
  cover: '\0o', // the id of the mount that is its root, where that covers a folder of the host (statx(2))
  boot: '\0b', // the id of this boot; empty where the state folder does not outlive it
  now: '\0t', // UTC, RFC 3339 with nanoseconds
  runtimePid: '\0m', // of the process that executes the program
  runtimeStart: '\0n', // and its start time
} as const

/** The placeholders that the init can fill in. */
export const initPlaceholders: readonly string[] = [placeholder.id, placeholder.root, placeholder.pid]

/** Appends steps to a plan, one by one, as a plan may have more steps than a call can have arguments. */
export function append(steps: Step[], more: Iterable<Step>): void {
  for (const step of more) steps.push(step)
}
