import { UsageError } from './failure.ts'
import { awaited, type Child, children, exactJson, performAsync } from './library.ts'
import { loadBundle } from './lifecycle/bundle.ts'
import * as cold from './lifecycle/cold.ts'
import { planOf, create as startCreate } from './lifecycle/create.ts'
import { remove as startRemove } from './lifecycle/delete.ts'
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
import { follow, native } from './native/koffi.ts'
import type { Request } from './plan/host.ts'
import type { Fault } from './spec/pointer.ts'
import type { Resources } from './spec/resources.ts'
import type { Spec } from './spec/spec.ts'
import type { Step } from './step/step.ts'

export { SpecFailure, SpecWarning, StepFailure, type UsageCode, UsageError } from './failure.ts'
export type { StateOutput as State } from './lifecycle/state_output.ts'
export type { Ending } from './machine/ending.ts'
export type { Status } from './machine/store.ts'
export { explain } from './program/explain.ts'
export type { Fault } from './spec/pointer.ts'
export type { Resources } from './spec/resources.ts'
export type { Spec } from './spec/spec.ts'
export type { Step } from './step/step.ts'

export type Options = {
  /** Where the state of containers is kept: /run/ocits, or $XDG_RUNTIME_DIR/ocits for a user that is not root. */
  readonly root?: string
  /** Go on without the cgroup rights that only root has; unset: as the machine says. */
  readonly rootless?: boolean
  /** Who makes the cgroup of a new container: ocits (`cgroupfs`, unless told otherwise), systemd, or nobody (`disabled`). */
  readonly cgroupManager?: CgroupManager
  /**
   * Told what of a config is passed over or not taken as it stands (SpecWarning), and of steps that failed and may fail, as a poststop
   * hook (StepFailure). Unset: they become warnings of the process.
   */
  readonly warn?: (warning: Error) => void
  /** Interrupts: what was made is undone, and the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal
}

export type CreateOptions = Options & {
  /** The folder with config.json. */
  readonly bundle: string
  /** File descriptors of this process that become 0, 1, 2 … of the container's; unset: 0, 1 and 2 themselves. */
  readonly stdio?: readonly number[]
  readonly pidFile?: string
  /** The socket of who gets the terminal of a process that wants one (`process.terminal`). */
  readonly consoleSocket?: string
  readonly noPivot?: boolean
  readonly noNewKeyring?: boolean
}

export type ExecOptions = Options & {
  /** The process, as in config.json; without it that of the container's own config, with what is named here changed. */
  readonly process?: NonNullable<Spec['process']>
  readonly args?: readonly string[]
  /** Added to the environment. */
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
  /** Also in a paused container, where the program waits for resume. */
  readonly ignorePaused?: boolean
}

/** Makes a container, up to the moment before its program; gives the host's pid of its init. */
export async function create(id: string, options: CreateOptions): Promise<{ readonly pid: number }> {
  const { pid } = await make(id, options, 'create')
  return { pid }
}

/** Starts the program of a created container; done once it has been executed and the poststart hooks have run. */
export function start(id: string, options: Options = {}): Promise<void> {
  return performAsync(startStart(libraryRuntime(options), id), options.signal)
}

/**
 * Create, start, wait and remove in one; gives the exit status as `wait` does. `keep` leaves the stopped container. An abort while
 * the program runs kills it.
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

/** The states of all containers, by id. */
export async function list(options: Options = {}): Promise<StateOutput[]> {
  return listAll(libraryRuntime(options))
}

/** Sends a signal, as `TERM`, `SIGKILL` or 9, to the init of a container; with `all` to all its processes. */
export function kill(
  id: string,
  signal: string | number = 'TERM',
  options: Options & { readonly all?: boolean } = {},
): Promise<void> {
  const how = { signal: String(signal), all: options.all === true }
  return performAsync(startKill(libraryRuntime(options), id, how), options.signal)
}

/**
 * Freezes every process of a created or running container; done when all of them stand still. Throws a UsageError for one that is not
 * running, or whose cgroup it does not have to itself, and a StepFailure if they do not come to rest within ten seconds: then they go on.
 */
export function pause(id: string, options: Options = {}): Promise<void> {
  return performAsync(startPause(libraryRuntime(options), id), options.signal)
}

/** Lets a paused container go on. Throws a UsageError for one that is not paused. */
export function resume(id: string, options: Options = {}): Promise<void> {
  return performAsync(startResume(libraryRuntime(options), id), options.signal)
}

/** The host's pids of all processes of a container, in their order; none where it has stopped. Throws a UsageError where it has no cgroup. */
export async function processes(id: string, options: Pick<Options, 'root'> = {}): Promise<number[]> {
  return processesOf(libraryRuntime(options), id)
}

/**
 * Changes limits of a container: `linux.resources` of a config, as an object; what it does not name stays, and so do its devices. Throws a
 * UsageError with the pointer of what cannot be limited here, and a StepFailure for what the kernel refuses: then all limits are as before.
 */
export function update(id: string, resources: Resources, options: Options = {}): Promise<void> {
  const text = exactJson(resources)
  const where = (pointer: string) => `resources#${pointer.replace('/linux/resources', '')}`
  return performAsync(startUpdate(libraryRuntime(options), id, { text, where }), options.signal)
}

/** Removes a stopped or created container; with `force` any, and one that does not exist is no error. */
export async function remove(id: string, options: Options & { readonly force?: boolean } = {}): Promise<void> {
  const runtime = libraryRuntime(options)
  await performAsync(startRemove(runtime, id, options.force === true), options.signal)
  children.delete(`${runtime.root}/${id}`)
}

/**
 * Waits for the end of a container; gives the exit status of its init: 0-255, or 128 + signal. That of one which this process has made can
 * be asked for until it is removed. For the containers of others it is that of `ending`; throws a UsageError where the kernel does not tell.
 */
export async function wait(id: string, options: Pick<Options, 'root'> = {}): Promise<number> {
  const runtime = libraryRuntime(options)
  const child = children.get(`${runtime.root}/${id}`)
  if (child !== undefined) return child.exit()
  const { exitStatus, why } = await ending(id, options)
  if (exitStatus === undefined) throw new UsageError('STATUS', `how container ${id} ended is not known: ${why}`, id)
  return exitStatus
}

/**
 * Waits for the end of a container, whoever made it, and tells how it ended: exit status or signal, whether the kernel killed it for memory. `state`
 * keeps it until the container is removed. Before Linux 6.15 the kernel may not tell: then `why` says so, and `exitStatus` is unset.
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
 * Starts one more program in a container that runs; done once it has been executed. `exit` gives its status: 0-255, or 128 + signal. An
 * abort before it runs leaves nothing inside.
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

/** Every step that create, or with `run` run, would take. */
export async function plan(
  bundle: string,
  options: Options & { readonly run?: boolean } = {},
): Promise<readonly Step[]> {
  const runtime = libraryRuntime(options)
  const request = libraryRequest({ ...options, bundle }, options.run ? 'run' : 'create')
  return planOf(runtime, loadBundle(runtime, bundle), { id: 'ID', request })
}

/**
 * Every fault of a bundle's config.json; none: create would accept it. `warn` is told what is passed over, properties and system calls
 * that nobody knows, and what create would refuse on this machine.
 */
export async function validate(bundle: string, options: Options = {}): Promise<readonly Fault[]> {
  return faultsOf(libraryRuntime(options), libraryRequest({ ...options, bundle }, 'create'))
}

async function make(id: string, options: CreateOptions, mode: Request['mode']): Promise<Child> {
  const runtime = libraryRuntime(options)
  const request = { request: libraryRequest(options, mode), fds: options.stdio ?? [0, 1, 2] }
  const { pid } = await performAsync(startCreate(runtime, id, request), options.signal)
  return children.add(`${runtime.root}/${id}`, pid)
}

// A `run` of the command line stays in C until the program ends; here that would keep a thread for each container.
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

// The status, unless the signal comes first: then the container is killed, and when it is dead the signal's reason thrown.
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
    // It has ended at the same moment.
    if (!(failure instanceof UsageError && failure.code === 'STATUS')) throw failure
  })
  await exit
  throw signal.reason
}
