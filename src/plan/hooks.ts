import type { Hook, Hooks } from '../spec/hooks.ts'
import { placeholder, type Step, type StepOf } from '../step/step.ts'
import type { Context } from './context.ts'

/** What a hook reads on its stdin: the state of the container (runtime.md, State). */
export type Subject = {
  readonly ociVersion: string
  readonly bundle: string
  readonly annotations?: Readonly<Record<string, string>> | undefined
  /** Strings, so that they can be placeholders. */
  readonly id: string
  readonly pid: string
}

type Kind = keyof Hooks

/**
 * The status that each kind of hook is given. prestart gets `created`, as from crun and as the validation suite demands: when these hooks were
 * specified, the container was created before they ran.
 */
const status: Readonly<Record<Kind, string>> = {
  prestart: 'created',
  createRuntime: 'creating',
  createContainer: 'creating',
  startContainer: 'created',
  poststart: 'running',
  poststop: 'stopped',
}

/** Runs in the runtime's namespaces, in the folder of the bundle. */
export function* parentHooks(context: Context, kind: Kind): Generator<Step> {
  const common = { kind, cwd: context.request.bundle, state: stateAt(context, kind), lenient: false }
  for (const hook of planned(context.spec.hooks?.[kind], kind))
    yield { op: 'hook', actor: 'parent', ...hook, ...common }
}

/** The init runs them in the container's namespaces. `env`: for a hook without `env`; undefined: the caller's environment. */
export function* initHooks(context: Context, kind: Kind, env: readonly string[] | undefined): Generator<Step> {
  const common = { kind, cwd: '/', state: stateAt(context, kind), lenient: false }
  for (const hook of planned(context.spec.hooks?.[kind], kind, env))
    yield { op: 'hook', actor: 'init', ...hook, ...common }
}

/** The poststop hooks of a container whose creation is undone. As undo goes in reverse, the last hook is planned first. */
export function* undoHooks(context: Context): Generator<Step> {
  const kind = 'poststop'
  const hooks = planned(context.spec.hooks?.poststop, kind)
  const common = { kind, cwd: context.request.bundle, state: stateAt(context, kind) }
  for (let i = hooks.length - 1; i >= 0; i--)
    yield { op: 'undo_hook', actor: 'parent', ...(hooks[i] as Planned), ...common }
}

/** The hooks of a recorded container: poststart, whose failure is an error, or poststop, whose failure is a warning. */
export function* laterHooks(list: readonly Hook[], kind: 'poststart' | 'poststop', who: Subject): Generator<Step> {
  if (list.length === 0) return
  const common = { kind, cwd: who.bundle, state: hookState(who, status[kind]), lenient: kind === 'poststop' }
  for (const hook of planned(list, kind)) yield { op: 'hook', actor: 'parent', ...hook, ...common }
}

type Planned = Pick<StepOf<'hook'>, 'pointer' | 'path' | 'args' | 'env' | 'inherit' | 'timeout'>

/**
 * The hooks of a kind with the arguments that they all have. Without `args`, argv[0] is the path. If `env` is there, also an empty list, it
 * is the whole environment.
 */
function planned(list: readonly Hook[] | undefined, kind: Kind, given?: readonly string[]): readonly Planned[] {
  const found: Planned[] = []
  if (list === undefined) return found
  for (let i = 0; i < list.length; i++) {
    const { path, args = [], env, timeout = 0 } = list[i] as Hook
    const inherit = env === undefined && given === undefined
    const argv = args.length > 0 ? args : [path]
    const pointer = `/hooks/${kind}/${i}`
    found.push({ pointer, path, args: argv, env: env ?? given ?? [], inherit, timeout: timeout * 1000 })
  }
  return found
}

// Empty if no hook reads it. A container whose creation is undone has no process any more.
function stateAt(context: Context, kind: Kind): string {
  if ((context.spec.hooks?.[kind] ?? []).length === 0) return ''
  const who = subject(context)
  return hookState(kind === 'poststop' ? { ...who, pid: '0' } : who, status[kind])
}

export function subject({ spec, request }: Context): Subject {
  const { ociVersion, annotations } = spec
  return { ociVersion, bundle: request.bundle, annotations, id: placeholder.id, pid: placeholder.pid }
}

export function hookState({ ociVersion, id, pid, bundle, annotations }: Subject, status: string): string {
  const head = `{"ociVersion":${JSON.stringify(ociVersion)},"id":"${id}","status":"${status}","pid":${pid}`
  const tail = annotations === undefined ? '' : `,"annotations":${JSON.stringify(annotations)}`
  return `${head},"bundle":${JSON.stringify(bundle)}${tail}}`
}

/** Whether the init has to pass on the caller's environment to a hook. */
export function inheritsInside({ spec }: Context): boolean {
  for (const { env } of spec.hooks?.createContainer ?? []) if (env === undefined) return true
  return false
}
