import { UsageError } from './failure.ts'
import { awaited, type Child, children, exactJson, performAsync } from './library.ts'
import { loadBundle } from './lifecycle/bundle.ts'
import * as cold from './lifecycle/cold.ts'
import { planOf, create as startCreate } from './lifecycle/create.ts'
import { remove as startRemove } from './lifecycle/delete.ts'
import { compare } from './lifecycle/diff.ts'
import { exec as startExec } from './lifecycle/exec.ts'
import { kill as startKill } from './lifecycle/kill.ts'
import { list as listAll } from './lifecycle/list.ts'
import { pause as startPause, resume as startResume } from './lifecycle/pause.ts'
import { processes as processesOf } from './lifecycle/processes.ts'
import { requestOf } from './lifecycle/request.ts'
import { type CgroupManager, type Runtime, runtimeOf } from './lifecycle/runtime.ts'
import { start as startStart } from './lifecycle/start.ts'
import { type StateOutput, state as stateOf } from './lifecycle/state_output.ts'
import { update as startUpdate } from './lifecycle/update.ts'
import { validate as faultsOf } from './lifecycle/validate.ts'
import { beginWait, keep } from './lifecycle/wait.ts'
import type { Ending } from './machine/ending.ts'
import { look } from './machine/store.ts'
import { follow, native } from './native/koffi.ts'
import type { Request } from './plan/host.ts'
import { type Difference, differences } from './program/differences.ts'
import type { Fault } from './spec/pointer.ts'
import type { Resources } from './spec/resources.ts'
import type { Spec } from './spec/spec.ts'
import type { Step } from './step/step.ts'

export { SpecFailure, SpecWarning, StepFailure, type UsageCode, UsageError } from './failure.ts'
export type { StateOutput as State } from './lifecycle/state_output.ts'
export type { Ending } from './machine/ending.ts'
export type { Status } from './machine/store.ts'
export type { Difference } from './program/differences.ts'
export { explain } from './program/explain.ts'
export type { Fault } from './spec/pointer.ts'
export type { Resources } from './spec/resources.ts'
export type { Spec } from './spec/spec.ts'
export type { Step } from './step/step.ts'

export type Options = {
  /** Where the state of containers is kept: /run/ocits, or $XDG_RUNTIME_DIR/ocits for a user that is not root. */
  readonly root?: string
  /** Go on without the rights on cgroups that only root has; undefined: if this user is not root. */
  readonly rootless?: boolean
  /** Who makes the cgroup of a new container: ocits (`cgroupfs`, the default), systemd, or nobody (`disabled`). */
  readonly cgroupManager?: CgroupManager
  /**
   * Receives warnings: a field of a config is ignored or not applied as it is written (SpecWarning), or a step failed that may fail, such as a
   * poststop hook (StepFailure). undefined: they become warnings of the process.
   */
  readonly warn?: (warning: Error) => void
  /** Aborts the operation: what was made is undone, and the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal
}

export type CreateOptions = Options & {
  /** The path of the folder with config.json. */
  readonly bundle: string
  /** File descriptors of this process that become 0, 1, 2 … of the container's; unset: 0, 1 and 2 themselves. */
  readonly stdio?: readonly number[]
  readonly pidFile?: string
  /** The path of the socket to which the terminal is sent, for a process with `process.terminal`. */
  readonly consoleSocket?: string
  readonly noPivot?: boolean
  readonly noNewKeyring?: boolean
}

export type ExecOptions = Options & {
  /** The process, as in config.json. undefined: the process of the container's config, changed by the other options. */
  readonly process?: NonNullable<Spec['process']>
  readonly args?: readonly string[]
  /** Variables that are added to the environment. */
  readonly env?: readonly string[]
  readonly cwd?: string
  readonly user?: { readonly uid: number; readonly gid?: number }
  /** The socket of who gets the terminal, for a process that wants one (`process.terminal`). */
  readonly consoleSocket?: string
  /** `[CONTROLLER,…:]PATH` below the container's own cgroup. */
  readonly cgroup?: string
  /** File descriptors of this process that become 0, 1, 2 … of the program's; unset: 0, 1 and 2 themselves. */
  readonly stdio?: readonly number[]
  readonly pidFile?: string
  /** Start it in a paused container, too, where the program waits for resume. */
  readonly ignorePaused?: boolean
}

/** Makes a container, up to the moment before its program; resolves to the pid of its init on the host. */
export async function create(id: string, options: CreateOptions): Promise<{ readonly pid: number }> {
  const { pid } = await make(id, options, 'create')
  return { pid }
}

/** Starts the program of a created container; resolves when it has been executed and the poststart hooks have run. */
export function start(id: string, options: Options = {}): Promise<void> {
  return performAsync(startStart(libraryRuntime(options), id), options.signal)
}

/**
 * Creates, starts, waits for and removes a container; resolves to the exit status, as `wait` does. `keep`: the stopped container stays. An
 * abort while the program runs kills it.
 */
export async function run(id: string, options: CreateOptions & { readonly keep?: boolean }): Promise<number> {
  const { signal, keep = false, ...others } = options
  const { exit } = await make(id, options, 'run')
  try {
    if (signal === undefined) return await exit()
    return await ended(exit(), signal, () => kill(id, 'KILL', { ...others, all: true }))
  } finally {
    if (!keep || signal?.aborted) await remove(id, { ...others, force: true })
  }
}

/** The state of a container. */
export async function state(id: string, options: Options = {}): Promise<StateOutput> {
  return stateOf(libraryRuntime(options), id)
}

/** The states of all containers, sorted by id. */
export async function list(options: Options = {}): Promise<StateOutput[]> {
  return listAll(libraryRuntime(options))
}

/** Sends a signal such as `TERM`, `SIGKILL` or 9 to the init of a container; with `all` to all its processes. */
export function kill(
  id: string,
  signal: string | number = 'TERM',
  options: Options & { readonly all?: boolean } = {},
): Promise<void> {
  const how = { signal: String(signal), all: options.all === true }
  return performAsync(startKill(libraryRuntime(options), id, how), options.signal)
}

/**
 * Freezes all processes of a created or running container; resolves when all have stopped. Throws a UsageError if the container is not
 * running, or shares its cgroup with others; and a StepFailure if not all have stopped within ten seconds: then they run on.
 */
export function pause(id: string, options: Options = {}): Promise<void> {
  return performAsync(startPause(libraryRuntime(options), id), options.signal)
}

/** Thaws a paused container. Throws a UsageError if it is not paused. */
export function resume(id: string, options: Options = {}): Promise<void> {
  return performAsync(startResume(libraryRuntime(options), id), options.signal)
}

/** The pids on the host of all processes of a container, ascending; none if it has stopped. Throws a UsageError if it has no cgroup. */
export async function processes(id: string, options: Pick<Options, 'root'> = {}): Promise<number[]> {
  return processesOf(libraryRuntime(options), id)
}

/**
 * Changes limits of a container: `linux.resources` of a config, as an object. Limits that are not named stay, and so do its devices. Throws a
 * UsageError with the pointer of a limit that is not possible on this machine, and a StepFailure if the kernel refuses one: then all limits
 * are as before.
 */
export function update(id: string, resources: Resources, options: Options = {}): Promise<void> {
  const text = exactJson(resources)
  const where = (pointer: string) => `resources#${pointer.replace('/linux/resources', '')}`
  return performAsync(startUpdate(libraryRuntime(options), id, { text, where }), options.signal)
}

/** Removes a stopped or created container; with `force` any, and then it is no error if there is none. */
export async function remove(id: string, options: Options & { readonly force?: boolean } = {}): Promise<void> {
  const runtime = libraryRuntime(options)
  await performAsync(startRemove(runtime, id, options.force === true), options.signal)
  children.delete(`${runtime.root}/${id}`)
}

/**
 * Waits for the end of a container; resolves to the exit status of its init: 0-255, or 128 + signal. For a container that this process has made
 * this works until it is removed. For others it is the status of `ending`; throws a UsageError if the kernel does not tell it.
 */
export async function wait(id: string, options: Pick<Options, 'root'> = {}): Promise<number> {
  const runtime = libraryRuntime(options)
  const child = children.get(`${runtime.root}/${id}`, () => look(native, runtime.root, id)?.state)
  if (child !== undefined) return child.exit()
  const { exitStatus, why } = await ending(id, options)
  if (exitStatus === undefined) throw new UsageError('STATUS', `how container ${id} ended is not known: ${why}`, id)
  return exitStatus
}

/**
 * Waits for the end of a container, whoever made it; resolves to its exit status or signal, and whether the kernel killed it for memory. `state`
 * shows this until the container is removed. Before Linux 6.15 the kernel may not tell: then `why` says so, and there is no `exitStatus`.
 */
export async function ending(id: string, options: Pick<Options, 'root'> = {}): Promise<Ending> {
  const runtime = libraryRuntime(options)
  const begun = beginWait(runtime, id)
  if (!('state' in begun)) return begun
  const found = await awaited(runtime, begun)
  await performAsync(keep(runtime, begun, found), undefined)
  return found
}

/**
 * Starts one more program in a running container; resolves when it has been executed. `exit` resolves to its status: 0-255, or 128 + signal. An
 * abort before that leaves nothing in the container.
 */
export async function exec(
  id: string,
  options: ExecOptions,
): Promise<{ readonly pid: number; readonly exit: () => Promise<number> }> {
  const {
    process: file,
    args = [],
    env = [],
    cwd,
    user,
    cgroup,
    pidFile,
    consoleSocket,
    ignorePaused = false,
  } = options
  const { pid } = await performAsync(
    startExec(libraryRuntime(options), id, {
      ignorePaused,
      file: file === undefined ? undefined : exactJson(file),
      fds: options.stdio ?? [0, 1, 2],
      request: {
        ...{ args, env, cwd, user, pidFile, consoleSocket, additionalGids: [], caps: [] },
        cgroups: cgroup === undefined ? [] : [cgroup],
        detach: true,
      },
    }),
    options.signal,
  )
  return { pid, exit: follow(pid) }
}

/** All steps of create or, with `run`, of run. */
export async function plan(
  bundle: string,
  options: Options & { readonly run?: boolean } = {},
): Promise<readonly Step[]> {
  const runtime = libraryRuntime(options)
  const request = libraryRequest({ ...options, bundle }, options.run ? 'run' : 'create')
  return planOf(runtime, loadBundle(runtime, bundle), { id: 'ID', request })
}

/**
 * What differs between two bundles or containers, by what they do on this machine: `a` and `b` are folders or ids. Empty if it is the same, however
 * it is written.
 */
export async function diff(a: string, b: string, options: Options = {}): Promise<readonly Difference[]> {
  return differences(compare(libraryRuntime(options), [a, b]))
}

/**
 * All faults of a bundle's config.json; with none, create would accept it. `warn` receives fields that are ignored, unknown properties and system
 * calls, and what create would refuse on this machine.
 */
export async function validate(bundle: string, options: Options = {}): Promise<readonly Fault[]> {
  return faultsOf(libraryRuntime(options), libraryRequest({ ...options, bundle }, 'create'))
}

async function make(id: string, options: CreateOptions, mode: Request['mode']): Promise<Child> {
  const runtime = libraryRuntime(options)
  const request = { request: libraryRequest(options, mode), fds: options.stdio ?? [0, 1, 2] }
  const init = await performAsync(startCreate(runtime, id, request), options.signal)
  return children.add(`${runtime.root}/${id}`, init)
}

// `run` of the command line blocks in C until the program ends. Here that would occupy a thread for each container.
function libraryRequest(options: CreateOptions, mode: Request['mode']): Request {
  const { bundle, pidFile, consoleSocket, noPivot, noNewKeyring } = options
  return requestOf({
    bundle,
    mode,
    pidFile,
    consoleSocket,
    detach: true,
    library: true,
    noPivot: noPivot === true,
    noNewKeyring: noNewKeyring === true,
  })
}

function libraryRuntime({ root, rootless, cgroupManager = 'cgroupfs', warn }: Options): Runtime {
  return runtimeOf({
    native,
    root,
    rootless,
    cgroupManager,
    cold: () => cold,
    warn: warn ?? ((warning) => process.emitWarning(warning)),
    debug: undefined,
  })
}

// The exit status; but if the abort comes first, the container is killed and, when it is dead, the reason is thrown.
async function ended(exit: Promise<number>, signal: AbortSignal, kill: () => Promise<void>): Promise<number> {
  const listening = new AbortController()
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: listening.signal })
    if (signal.aborted) resolve(undefined)
  })
  const status = await Promise.race([exit, aborted])
  listening.abort()
  if (status !== undefined) return status
  await kill().catch((failure: unknown) => {
    // The container has ended at the same moment.
    if (!(failure instanceof UsageError && failure.code === 'STATUS')) throw failure
  })
  await exit
  throw signal.reason
}
