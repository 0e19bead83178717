import { UsageError, warnOf } from '../failure.ts'
import { EEXIST } from '../kernel/errnos.ts'
import { checkId } from '../machine/id.ts'
import { observe } from '../machine/observe.ts'
import { checkOurs } from '../machine/store.ts'
import { systemd } from '../machine/systemd.ts'
import type { Host, Request } from '../plan/host.ts'
import { withNotify } from '../plan/notify.ts'
import { planCreate } from '../plan/plan.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Fault, Report } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import { type Bundle, loadBundle } from './bundle.ts'
import { type Effects, forContainer } from './effects.ts'
import { execute, stepFailure } from './execute.ts'
import type { Runtime } from './runtime.ts'

export type CreateInput = {
  /** The bundle's path is the caller's; it may be relative. */
  readonly request: Request
  /** What becomes 0, 1, 2 … of the container's process. */
  readonly fds: readonly number[]
  /** Added to the environment of the process. */
  readonly env?: readonly string[]
}

/** `create` and `run`: the outcome has the pid, and for a `run` that stays the exit status. */
export const create = (runtime: Runtime, id: string, options: CreateInput): Effects<Outcome> =>
  forContainer(id, created(runtime, id, options))

function* created(runtime: Runtime, id: string, options: CreateInput): Effects<Outcome> {
  checkId(id)
  checkOurs(runtime.native, runtime.root)
  const bundle = loadBundle(runtime, options.request.bundle)
  checkTerminal(options.request, bundle.spec.process?.terminal === true)
  const steps = planOf(runtime, bundle, { ...options, id })
  const outcome = yield* execute(runtime, id, { steps, fds: options.fds })
  if (outcome.index === undefined) return outcome
  if (steps[outcome.index]?.op === 'claim' && outcome.errno === EEXIST)
    throw new UsageError('EXISTS', `container with given ID already exists: ${id}`, id)
  throw stepFailure(runtime, steps, outcome)
}

type Asked = Pick<Request, 'consoleSocket' | 'mode' | 'detach'>

// A terminal has one end for the process and one for somebody else.
export function checkTerminal({ consoleSocket, mode, detach }: Asked, wanted: boolean): void {
  if (consoleSocket !== undefined && !wanted)
    throw new UsageError('ARGUMENT', 'cannot use console socket if ocits will not detach or allocate tty')
  if (consoleSocket === undefined && wanted && (detach || mode === 'create'))
    throw new UsageError('ARGUMENT', 'cannot allocate tty if ocits will detach without setting console socket')
}

/** The plan of create or run for a bundle on this machine. */
export function planOf(
  runtime: Runtime,
  bundle: Bundle,
  { id, request, env = [] }: Pick<CreateInput, 'request' | 'env'> & { readonly id: string },
): readonly Step[] {
  const { spec, text, path } = bundle
  const { process } = spec
  const passed =
    env.length === 0 || process === undefined
      ? spec
      : { ...spec, process: { ...process, env: [...(process.env ?? []), ...env] } }
  const told = request.notifySocket === undefined ? passed : withNotify(passed, `${runtime.root}/${id}`)
  const host = observe(runtime.native)
  const warnings: Fault[] = []
  const warn: Report = (pointer, message) => warnings.push({ pointer, message })
  try {
    return planCreate(told, host, { ...request, ...cgroupMaker(runtime, host, id), bundle: path, warn }, text)
  } finally {
    warnOf(runtime.warn, warnings, 'fields that are not taken as they stand here')
  }
}

/** Who makes the cgroup. */
export function cgroupMaker(
  { native, rootless, cgroupManager }: Runtime,
  host: Host,
  id: string,
): Pick<Request, 'cgroups' | 'withoutCgroups'> {
  const asked = rootless === undefined ? {} : { withoutCgroups: rootless }
  if (cgroupManager === 'cgroupfs') return asked
  return { ...asked, cgroups: cgroupManager === 'disabled' ? 'disabled' : { ...systemd(native, host), id } }
}
