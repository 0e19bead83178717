import { paths } from '../cgroup/folders.ts'
import type { Hook } from '../spec/hooks.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Pointer } from '../spec/pointer.ts'
import { line } from '../step/line.ts'
import { type Op, placeholder, type Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { type MovedDevices, networkOf } from './net_devices.ts'
import { ownGroups } from './rdt.ts'
import { covers } from './rootfs.ts'
import type { Agent } from './seccomp.ts'
import { templateJson } from './template_json.ts'

/** The file `intent`: what a container is, and what has to be undone for it. It is written before anything else is made. */
export type Intent = {
  readonly ociVersion: string
  readonly id: string
  readonly bundle: string
  readonly rootfs: string
  /** RFC 3339. */
  readonly created: string
  readonly annotations?: Readonly<Record<string, string>>
  /** The user that created it. */
  readonly owner: number
  /** The process that creates it, with its start time. SIGTERM makes that process undo what it did. */
  readonly runtime?: { readonly pid: number; readonly startTime: number }
  /** Its cgroups in all hierarchies, v2 last. */
  readonly cgroups: readonly string[]
  /**
   * The inode of each cgroup that was made for the container; 0: the cgroup was there before. In `intent` the inodes follow the object, a line
   * for each (native/parent/made.c), and 1 is for a cgroup that is about to be made.
   */
  readonly inodes: readonly number[]
  /** The boot in which it was created, if the record can outlive that: after a reboot nothing that it names exists any more. */
  readonly boot: string
  /** The systemd unit of the cgroups, and the bus on which systemd is reached. */
  readonly unit?: { readonly name: string; readonly bus: string }
  /** The cgroup that can be frozen. */
  readonly freezer?: string
  /** Its groups of resctrl that delete removes; a group comes after those below it. */
  readonly rdt?: readonly string[]
  /** Network devices of the host that it was given. */
  readonly network?: MovedDevices
  /** The types of the namespaces that it does not share with the host. */
  readonly namespaces: readonly NamespaceType[]
  /** The folder over which its root is mounted, if it has no mount namespace of its own. */
  readonly covered?: string
  /** The id of the mount that is there without its root (statx(2), stx_mnt_id). In `intent` it follows the object, as `below ID`. */
  readonly below?: number
  /** It has kept the session keyring of its caller, as its later processes shall. */
  readonly noNewKeyring?: boolean
  readonly hooks?: { readonly poststart?: readonly Hook[]; readonly poststop?: readonly Hook[] }
}

/** The file `state.json`. A container exists if it is there. */
export type State = Intent & {
  readonly pid: number
  /** In clock ticks since boot; distinguishes the init from a later process with the same pid. */
  readonly startTime: number
  /** The id of the mount that is its root, if that covers a folder. */
  readonly cover?: number
  /** The agent that receives the seccomp listener, if the filter is loaded after `wait`. */
  readonly agent?: Agent
  /** The steps after `wait`, for the message when one of them fails in start. */
  readonly last: readonly Last[]
}

/** The text by which the step `lock` recognizes a record, as a new container may have the id by now. */
export const markOf = ({ created }: Intent): string => `"created":"${created}"`

/** Locks the container. ESTALE or ENOENT: it is not the one whose record was read. */
export const lockState = (state: State): Step => ({
  op: 'lock',
  actor: 'parent',
  pointer: '',
  name: 'state.json',
  mark: markOf(state),
})

/** A step that may fail in start, for error messages. `what`: the program of exec, the path of a hook, else the line of the plan. */
export type Last = readonly [index: number, op: Op, pointer: Pointer, what: string]

/** The members that intent and state.json have in common, as JSON with placeholders. */
export type Facts = string

/** Makes the state folder, and writes the record of what is going to be made. */
export function* claim(facts: Facts, configText: string): Generator<Step> {
  yield { op: 'claim', actor: 'parent', pointer: '', mode: 0o700 }
  yield { op: 'record', actor: 'parent', pointer: '', name: 'intent', mode: 0o600, content: `{${facts}}\n` }
  // A copy of the config, as later changes to the bundle must have no effect.
  yield { op: 'record', actor: 'parent', pointer: '', name: 'config.json', mode: 0o600, content: configText }
}

type Known = { readonly agent: Agent | undefined; readonly covers: boolean }

/** The last file that create makes. `last`: the steps after start; `first`: the index of the first of them. */
export function stateStep(facts: Facts, last: readonly Step[], first: number, { agent, covers }: Known): Step {
  const lines = last.map((step, at): Last => [first + at, step.op, step.pointer, subject(step)])
  const listener = agent === undefined ? '' : `,"agent":${JSON.stringify(agent)}`
  const cover = covers ? `,"cover":${placeholder.cover}` : ''
  const process = `"inodes":[${placeholder.inodes}],"pid":${placeholder.pid},"startTime":${placeholder.startTime}${cover},"last":${JSON.stringify(lines)}`
  return {
    op: 'record',
    actor: 'parent',
    pointer: '',
    name: 'state.json',
    mode: 0o600,
    content: `{${facts},${process}${listener}}\n`,
  }
}

function subject(step: Step): string {
  if (step.op === 'exec') return step.args[0] ?? ''
  return step.op === 'hook' ? step.path : line(step)
}

export function factsOf(context: Context): Facts {
  const { spec, request, host, rootfs, own, folders, unit } = context
  const freezer = folders.v1.find(({ hierarchy }) => hierarchy.controllers.includes('freezer')) ?? folders.v2
  const { poststart, poststop } = spec.hooks ?? {}
  const parts = [
    `"ociVersion":${JSON.stringify(spec.ociVersion)}`,
    `"id":"${placeholder.id}"`,
    `"bundle":${JSON.stringify(request.bundle)}`,
    `"rootfs":${JSON.stringify(rootfs)}`,
    `"created":"${placeholder.now}"`,
    `"owner":${host.euid}`,
    `"boot":"${placeholder.boot}"`,
    `"cgroups":${templateJson(paths(folders))}`,
    `"namespaces":${JSON.stringify(Object.keys(own))}`,
  ]
  if (!request.library)
    parts.push(`"runtime":{"pid":${placeholder.runtimePid},"startTime":${placeholder.runtimeStart}}`)
  if (spec.annotations !== undefined) parts.push(`"annotations":${JSON.stringify(spec.annotations)}`)
  if (freezer !== undefined) parts.push(`"freezer":${templateJson([freezer.path]).slice(1, -1)}`)
  const groups = ownGroups(context)
  if (groups.length > 0) parts.push(`"rdt":${templateJson(groups)}`)
  if (unit !== undefined && typeof request.cgroups === 'object')
    parts.push(`"unit":${JSON.stringify({ name: unit.name, bus: request.cgroups.bus })}`)
  const network = networkOf(context)
  if (network !== undefined) parts.push(`"network":${JSON.stringify(network)}`)
  if (covers(context)) parts.push(`"covered":${JSON.stringify(rootfs)}`)
  if (request.noNewKeyring) parts.push('"noNewKeyring":true')
  if (poststart !== undefined || poststop !== undefined)
    parts.push(`"hooks":${JSON.stringify({ poststart, poststop })}`)
  return parts.join(',')
}
