import { SpecFailure, UsageError, warnOf } from '../failure.ts'
import { ENOMEM, ESRCH } from '../kernel/errnos.ts'
import { execPlan } from '../plan/exec_plan.ts'
import { execProcess } from '../plan/exec_process.ts'
import type { ExecRequest } from '../plan/exec_request.ts'
import type { Outcome } from '../program/outcome.ts'
import { check } from '../spec/load.ts'
import type { Fault, Report } from '../spec/pointer.ts'
import type { Process } from '../spec/process.ts'
import { rules } from '../spec/rules.ts'
import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import { existing, stateOf } from './container.ts'
import { checkTerminal } from './create.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure } from './execute.ts'
import { initHost } from './init_host.ts'
import { recordedConfig } from './recorded_config.ts'
import type { Runtime } from './runtime.ts'

export type ExecArguments = {
  readonly request: Omit<ExecRequest, 'paused' | 'file'>
  /** A process file, as it was read. */
  readonly file?: string | undefined
  readonly ignorePaused: boolean
  /** What becomes 0, 1, 2 … of the process. */
  readonly fds: readonly number[]
}

/** `exec`: the outcome has the pid, and of one that is not detached the exit status. */
export const exec = (runtime: Runtime, id: string, options: ExecArguments): Effects<Outcome> =>
  forContainer(id, executed(runtime, id, options))

function* executed(runtime: Runtime, id: string, options: ExecArguments): Effects<Outcome> {
  const steps = execPlanOf(runtime, id, options)
  checkTerminal(
    { ...options.request, mode: 'run' },
    steps.some(({ op }) => op === 'terminal'),
  )
  const outcome = yield* execute(runtime, id, { steps, fds: options.fds })
  if (outcome.index === undefined) return outcome
  // Into the pid namespace of an init that is dead nobody is born (pid_namespaces(7)).
  const { op } = steps[outcome.index] ?? {}
  const gone = (op === 'enter' && outcome.errno === ESRCH) || (op === 'fork' && outcome.errno === ENOMEM)
  if (gone && existing(runtime, id).status === 'stopped') throw stopped(id)
  throw stepFailure(runtime, steps, outcome)
}

/** The plan of exec for a container of this machine. */
export function execPlanOf(runtime: Runtime, id: string, options: Omit<ExecArguments, 'fds'>): readonly Step[] {
  const container = existing(runtime, id)
  const state = stateOf(container)
  if (container.status === 'stopped') throw stopped(id)
  const paused = container.status === 'paused'
  if (paused && !options.ignorePaused)
    throw new UsageError('STATUS', `cannot exec in a paused container (use --ignore-paused to override): ${id}`, id)
  const { spec } = recordedConfig(runtime, state)
  const file = options.file === undefined ? undefined : fileOf(runtime, options.file)
  const request = { ...options.request, file, paused }
  const { process, place } = execProcess(spec, request)
  const warnings: Fault[] = []
  const warn: Report = (pointer, message) => {
    const warning = { pointer: place(pointer), message }
    // One --cap is in three sets.
    if (!warnings.some((each) => each.pointer === warning.pointer && each.message === message)) warnings.push(warning)
  }
  try {
    const wanted = { ...spec, process }
    checkProcess(wanted, options.file ?? '', warn)
    const steps = execPlan({ spec: wanted, state }, initHost(runtime, { id, pid: state.pid }, stopped), {
      ...request,
      warn,
    })
    return steps.map((step) => ({ ...step, pointer: place(step.pointer) }))
  } catch (failure) {
    throw failure instanceof SpecFailure ? placed(failure.faults, place) : failure
  } finally {
    // What config.json has to be warned of, create has told.
    const own = warnings.filter(({ pointer }) => !pointer.startsWith('/'))
    warnOf(runtime.warn, own, 'fields that are not taken as they stand')
  }
}

const stopped = (id: string) => new UsageError('STATUS', `cannot exec in a stopped container: ${id}`, id)

const placed = (faults: readonly Fault[], place: (pointer: string) => string) =>
  new SpecFailure(faults.map(({ pointer, message }) => ({ pointer: place(pointer), message })))

// The shape of a process is known as part of a config.
const configWith = (process: string) => `{"ociVersion":"1.3.0","root":{"path":"/"},"process":${process}}`
const inFile = (pointer: string) =>
  pointer === '/process' ? 'process.json' : `process.json#${pointer.slice('/process'.length)}`

function fileOf(runtime: Runtime, text: string): Process {
  const checked = check(configWith(text))
  if (checked !== undefined && 'faults' in checked) throw placed(checked.faults, inFile)
  const process = checked?.spec.process
  if (process !== undefined) return process
  const [broken] = runtime
    .cold()
    .configFaults(text)
    .filter(({ message }) => message.startsWith('line '))
  const faults = broken === undefined ? runtime.cold().configFaults(configWith(text)) : [broken]
  throw placed(faults, broken === undefined ? inFile : () => 'process.json')
}

function checkProcess(spec: Spec, text: string, warn: Report): void {
  const { faults, warnings } = rules(spec, text)
  for (const { pointer, message } of warnings) warn(pointer, message)
  if (faults.length > 0) throw new SpecFailure(faults)
}
