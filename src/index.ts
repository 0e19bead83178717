import * as cold from './cold.ts'
import { loadBundle } from './command/bundle.ts'
import { existing, stateOf } from './command/container.ts'
import { planOf, create as startCreate } from './command/create.ts'
import { remove as startRemove } from './command/delete.ts'
import { kill as startKill } from './command/kill.ts'
import { list as listAll } from './command/list.ts'
import type { CgroupManager, Runtime } from './command/runtime.ts'
import { type Shown, shown } from './command/shown.ts'
import { start as startStart } from './command/start.ts'
import { validate as faultsOf } from './command/validate.ts'
import { UsageError } from './failure.ts'
import { type Child, carried, children } from './library.ts'
import { stateRoot } from './machine/root.ts'
import { native } from './native/koffi.ts'
import type { Request } from './plan/host.ts'
import type { Fault } from './spec/pointer.ts'
import type { Step } from './step/step.ts'

export type { Shown as State } from './command/shown.ts'
export { SpecFailure, SpecWarning, StepFailure, type UsageCode, UsageError } from './failure.ts'
export type { Status } from './machine/store.ts'
export { explain } from './program/explain.ts'
export type { Fault } from './spec/pointer.ts'
export type { Spec } from './spec/spec.ts'
export type { Step } from './step/step.ts'

export type Options = {
  /** Where the state of containers is kept: /run/ocits, or $XDG_RUNTIME_DIR/ocits for who is not root. */
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

export type BirthOptions = Options & {
  /** The folder with config.json. */
  readonly bundle: string
  /** File descriptors of this process that become 0, 1, 2 … of the container's; unset: 0, 1 and 2 themselves. */
  readonly stdio?: readonly number[]
  readonly pidFile?: string
  readonly noPivot?: boolean
  readonly noNewKeyring?: boolean
}

/** Makes a container, up to the moment before its program; gives the host's pid of its init. */
export async function create(id: string, options: BirthOptions): Promise<{ readonly pid: number }> {
  const { pid } = await born(id, options, 'create')
  return { pid }
}

/** Starts the program of a created container; done once it has been executed and the poststart hooks have run. */
export function start(id: string, options: Options = {}): Promise<void> {
  return carried(startStart(runtimeOf(options), id), options.signal)
}

/**
 * Create, start, wait and remove in one; gives the exit status as `wait` does. `keep` leaves the stopped container. An abort while
 * the program runs kills it.
 */
export async function run(id: string, options: BirthOptions & { readonly keep?: boolean }): Promise<number> {
  const { signal, keep = false, ...others } = options
  const { exit } = await born(id, options, 'run')
  try {
    if (signal === undefined) return await exit()
    return await ended(exit(), signal, () => kill(id, 'KILL', { ...others, all: true }))
  } finally {
    if (!keep || signal?.aborted) await remove(id, { ...others, force: true })
  }
}

/** The state of a container. */
export async function state(id: string, options: Options = {}): Promise<Shown> {
  const container = existing(runtimeOf(options), id)
  if (container.corrupt !== undefined) stateOf(container)
  return shown(native, container)
}

/** The states of all containers, by id. */
export async function list(options: Options = {}): Promise<Shown[]> {
  return listAll(runtimeOf(options))
}

/** Sends a signal, as `TERM`, `SIGKILL` or 9, to the init of a container; with `all` to all its processes. */
export function kill(
  id: string,
  signal: string | number = 'TERM',
  options: Options & { readonly all?: boolean } = {},
): Promise<void> {
  const shot = { signal: String(signal), all: options.all === true }
  return carried(startKill(runtimeOf(options), id, shot), options.signal)
}

/** Removes a stopped or created container; with `force` any, and one that does not exist is no error. */
export async function remove(id: string, options: Options & { readonly force?: boolean } = {}): Promise<void> {
  const runtime = runtimeOf(options)
  await carried(startRemove(runtime, id, options.force === true), options.signal)
  children.delete(`${runtime.root}/${id}`)
}

/**
 * Waits for the end of a container that this process has made; gives the exit status of its init: 0-255, or 128 + signal. It can
 * be asked for until the container is removed. The kernel tells it to nobody else: for the containers of others see `state`.
 */
export async function wait(id: string, options: Pick<Options, 'root'> = {}): Promise<number> {
  const runtime = runtimeOf(options)
  const child = children.get(`${runtime.root}/${id}`)
  if (child !== undefined) return child.exit()
  existing(runtime, id)
  throw new UsageError('STATUS', 'the exit status of a container is known only to the process that made it', id)
}

/** Every step that create, or with `run` run, would take. */
export async function plan(
  bundle: string,
  options: Options & { readonly run?: boolean } = {},
): Promise<readonly Step[]> {
  const runtime = runtimeOf(options)
  const request = requestOf({ ...options, bundle }, options.run ? 'run' : 'create')
  return planOf(runtime, loadBundle(runtime, bundle), { id: 'ID', request })
}

/**
 * Every fault of a bundle's config.json; none: create would accept it. `warn` is told what is passed over, properties and system calls
 * that nobody knows, and what create would refuse on this machine.
 */
export async function validate(bundle: string, options: Options = {}): Promise<readonly Fault[]> {
  return faultsOf(runtimeOf(options), requestOf({ ...options, bundle }, 'create'))
}

async function born(id: string, options: BirthOptions, mode: Request['mode']): Promise<Child> {
  const runtime = runtimeOf(options)
  const birth = { request: requestOf(options, mode), fds: options.stdio ?? [0, 1, 2] }
  const { pid } = await carried(startCreate(runtime, id, birth), options.signal)
  return children.add(`${runtime.root}/${id}`, pid)
}

// A `run` of the command line stays in C until the program ends; here that would keep a thread for each container.
function requestOf({ bundle, pidFile, noPivot, noNewKeyring }: BirthOptions, mode: Request['mode']): Request {
  return {
    bundle,
    mode,
    detach: true,
    keep: false,
    noPivot: noPivot === true,
    noNewKeyring: noNewKeyring === true,
    pidFile,
    library: true,
  }
}

function runtimeOf({ root, rootless, cgroupManager = 'cgroupfs', warn }: Options): Runtime {
  return {
    native,
    get root() {
      return stateRoot(native, root)
    },
    rootless,
    cgroupManager,
    cold: () => cold,
    warn: warn ?? ((warning) => process.emitWarning(warning)),
    debug: undefined,
  }
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
