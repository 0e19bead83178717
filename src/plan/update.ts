import type { Folders } from '../cgroup/folders.ts'
import type { Hierarchies } from '../cgroup/hierarchy.ts'
import { recordedFolders } from '../cgroup/recorded.ts'
import { type Current, compileResources } from '../cgroup/resources/compile.ts'
import { previous } from '../cgroup/resources/previous.ts'
import type { Write } from '../cgroup/resources/write.ts'
import { roundedQuota } from '../cgroup/systemd/cpu_quota.ts'
import { SpecFailure } from '../failure.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Cpu, Memory, Resources } from '../spec/resources.ts'
import type { Step } from '../step/step.ts'
import { lockState, type State } from './state.ts'
import { updateUnit } from './unit.ts'

/** New limits for an existing container. */
export type Update = {
  readonly resources: Resources
  /** Lines for the schemata of the container's group of resctrl. */
  readonly schemata?: readonly { readonly pointer: string; readonly value: string }[]
}

/** The facts about the machine that an update needs. */
export type Place = Hierarchies & {
  /** The content of a file of a cgroup; undefined if there is no such file. */
  readonly read: (path: string) => string | undefined
}

/**
 * The limits of an update, each with the value that holds before it: if the kernel refuses one, the earlier ones are restored. systemd comes
 * last, when the kernel has accepted all of them. Throws SpecFailure for a limit that is not possible on this machine.
 */
export function* updateSteps(state: State, { resources, schemata = [] }: Update, place: Place): Generator<Step> {
  const folders = recordedFolders(place, state.cgroups)
  const current: Current = (controller: string, file: string) => {
    const folder = folders.v1.find(({ hierarchy }) => hierarchy.controllers.includes(controller)) ?? folders.v2
    return folder === undefined ? undefined : place.read(`${folder.path}/${file}`)
  }
  const here = { v1: folders.v1.map(({ hierarchy }) => hierarchy), v2: folders.v2?.hierarchy }
  const { cpu } = resources
  // ocits rounds like systemd, so that both write the same value.
  const rounded =
    state.unit === undefined || cpu === undefined
      ? resources
      : { ...resources, cpu: { ...cpu, ...quotaOf(roundedQuota(wholeQuota(cpu, current)), cpu) } }
  const { writes, faults } = compileResources(rounded, here, current)
  if (faults.length > 0) throw new SpecFailure(faults)
  yield lockState(state)
  for (const write of writes) yield* change(write, folders, place)
  yield* changeSchemata(state, schemata, place)
  if (state.unit !== undefined) yield* updateUnit(state.unit, settled(resources, current), here)
}

// A property of systemd combines several limits: those that are not updated get their present value.
function settled({ cpu, memory, ...others }: Resources, current: Current): Resources {
  return {
    ...others,
    ...(cpu === undefined ? {} : { cpu: wholeQuota(cpu, current) }),
    ...(memory === undefined ? {} : { memory: wholeMemory(memory, current) }),
  }
}

function wholeQuota(cpu: Cpu, current: Current): Cpu {
  const { quota = 0, period = 0 } = cpu
  if (quota === 0 && period === 0) return cpu
  const both =
    current('cpu', 'cpu.max') ?? `${current('cpu', 'cpu.cfs_quota_us')} ${current('cpu', 'cpu.cfs_period_us')}`
  const [time = 'max', length = ''] = both.split(/\s+/)
  const held = time === 'max' ? -1 : Number(time)
  return { ...cpu, quota: quota === 0 ? held : quota, period: period === 0 ? Number(length) : period }
}

const quotaOf = ({ quota }: Cpu, asked: Cpu): Cpu => ((asked.quota ?? 0) > 0 && quota !== undefined ? { quota } : {})

function wholeMemory(memory: Memory, current: Current): Memory {
  const { limit = 0, swap = 0 } = memory
  const held = current('memory', 'memory.max')?.trim() ?? 'max'
  return limit !== 0 || swap <= 0 || held === 'max' ? memory : { ...memory, limit: Number(held) }
}

function* change(write: Write, folders: Folders, { read }: Place): Generator<Step> {
  const { pointer, file, value, missing_ok, otherwise, version, controller } = write
  const folder =
    version === 2 ? folders.v2 : folders.v1.find(({ hierarchy }) => hierarchy.controllers.includes(controller))
  if (folder === undefined) throw new Error(`no cgroup of ${controller}`)
  const options = otherwise === undefined ? [{ file, value }] : [{ file, value }, otherwise]
  for (const option of options) {
    const path = `${folder.path}/${option.file}`
    const text = read(path)
    if (text === undefined && (option !== options.at(-1) || missing_ok === true)) continue
    const was = text === undefined ? '' : previous(option.file, option.value, text)
    yield { op: 'change', actor: 'parent', pointer, path, value: option.value, was }
    return
  }
}

function* changeSchemata(
  { rdt = [] }: State,
  lines: NonNullable<Update['schemata']>,
  { read }: Place,
): Generator<Step> {
  const group = rdt.at(-1)
  for (const { pointer, value } of lines) {
    const text = group === undefined ? undefined : read(`${group}/schemata`)
    if (group === undefined || text === undefined) throw new SpecFailure([noGroup(pointer)])
    const kind = value.slice(0, value.indexOf(':') + 1)
    const was = text.split('\n').find((line) => line.trim().startsWith(kind))
    yield { op: 'change', actor: 'parent', pointer, path: `${group}/schemata`, value, was: was?.trim() ?? value }
  }
}

const noGroup = (pointer: string): Fault => ({
  pointer,
  message: 'the container has no class of service of its own: its config has no linux.intelRdt that made one',
})
