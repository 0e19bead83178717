import { paths } from '../cgroup/folders.ts'
import type { Hook } from '../spec/hooks.ts'
import type { NamespaceType } from '../spec/linux.ts'
import type { Pointer } from '../spec/pointer.ts'
import { line } from '../step/line.ts'
import { type Op, placeholder, type Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { type MovedDevices, networkOf } from './net_devices.ts'
import { ownGroups } from './rdt.ts'
import type { Agent } from './seccomp.ts'
import { templateJson } from './template_json.ts'

/** What a container is and what must be undone for it: the file `intent`, written before anything else is made. */
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
  /** The command that creates it, with its start time: SIGTERM makes it undo that. */
  readonly runtime?: { readonly pid: number; readonly startTime: number }
  /** Its cgroup in every hierarchy, v2 last. */
  readonly cgroups: readonly string[]
  /**
   * The inode of each, if it was made for the container; 0: it was there before. In `intent` they stand below the object, a line each
   * (native/parent/step_cgroup.c), and 1 is for one that was about to be made.
   */
  readonly inodes: readonly number[]
  /** The boot in which it was created, where the record can outlive it: what it names is gone after it. */
  readonly boot: string
  /** The unit of systemd that they are of, and the bus where it is reached. */
  readonly unit?: { readonly name: string; readonly bus: string }
  /** That among them which can be frozen. */
  readonly freezer?: string
  /** Its groups of resctrl, those that go with it; a group above those below it comes later. */
  readonly rdt?: readonly string[]
  /** Devices of the host that it has. */
  readonly network?: MovedDevices
  /** The namespaces it does not share with the host. */
  readonly namespaces: readonly NamespaceType[]
  /** Without a mount namespace of its own: the folder its root is mounted over. */
  readonly covered?: string
  readonly hooks?: { readonly poststart?: readonly Hook[]; readonly poststop?: readonly Hook[] }
}

/** The file `state.json`: with it the container exists. */
export type State = Intent & {
  readonly pid: number
  /** In clock ticks since boot: tells the init from a later process with its pid. */
  readonly startTime: number
  /** Who gets the seccomp listener, where the filter is loaded after `wait`. */
  readonly agent?: Agent
  /** The steps after `wait`, for the message when one of them fails in start. */
  readonly last: readonly Last[]
}

/** By what the step `lock` tells a record from that of another container, which has got the id since. */
export const markOf = ({ created }: Intent): string => `"created":"${created}"`

/** Nobody else works on the container from here on; ESTALE or ENOENT: it is not the one that was looked at. */
export const lockState = (state: State): Step => ({
  op: 'lock',
  actor: 'parent',
  pointer: '',
  name: 'state.json',
  mark: markOf(state),
})

/** A step that may fail in start, as messages need it. `what`: the program of exec, the path of a hook, else the line. */
export type Last = readonly [index: number, op: Op, pointer: Pointer, what: string]

/** What intent and state.json have in common, as members of an object of JSON with placeholders. */
export type Facts = string

/** Makes the state folder and says in it what is going to be made. */
export function* claim(facts: Facts, configText: string): Generator<Step> {
  yield { op: 'claim', actor: 'parent', pointer: '', mode: 0o700 }
  yield { op: 'record', actor: 'parent', pointer: '', name: 'intent', mode: 0o600, content: `{${facts}}\n` }
  // The config as it was created: what the bundle's says later must not matter.
  yield { op: 'record', actor: 'parent', pointer: '', name: 'config.json', mode: 0o600, content: configText }
}

/** The last thing that create makes. `last`: the steps after start; `first`: the place of the first of them. */
export function stateStep(facts: Facts, last: readonly Step[], first: number, agent?: Agent): Step {
  const lines = last.map((step, at): Last => [first + at, step.op, step.pointer, subject(step)])
  const listener = agent === undefined ? '' : `,"agent":${JSON.stringify(agent)}`
  const process = `"inodes":[${placeholder.inodes}],"pid":${placeholder.pid},"startTime":${placeholder.startTime},"last":${JSON.stringify(lines)}`
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
  if (own.mount === undefined) parts.push(`"covered":${JSON.stringify(rootfs)}`)
  if (poststart !== undefined || poststop !== undefined)
    parts.push(`"hooks":${JSON.stringify({ poststart, poststop })}`)
  return parts.join(',')
}
