import type { Hook, Hooks } from '../spec/hooks.ts'
import { placeholder, type Step, type StepOf } from '../step/step.ts'
import type { Context } from './context.ts'

/** What a hook is told on its stdin: the state as the specification has it (runtime.md, State). */
export type Told = {
  readonly ociVersion: string
  readonly bundle: string
  readonly annotations?: Readonly<Record<string, string>> | undefined
  /** As text, so that they can be holes. */
  readonly id: string
  readonly pid: string
}

type Kind = keyof Hooks

/**
 * The status at each turn. prestart is told `created`, as crun does and the validation suite wants: for a hook of that age the
 * container was created before it ran.
 */
const status: Readonly<Record<Kind, string>> = {
  prestart: 'created',
  createRuntime: 'creating',
  createContainer: 'creating',
  startContainer: 'created',
  poststart: 'running',
  poststop: 'stopped',
}

/** In the runtime's namespaces, in the bundle. */
export function* parentHooks(context: Context, kind: Kind): Generator<Step> {
  const list = context.spec.hooks?.[kind] ?? []
  const state = list.length === 0 ? '' : hookState(told(context), status[kind])
  for (let i = 0; i < list.length; i++) {
    const hook = list[i]
    if (hook === undefined) break
    const common = { kind, ...program(hook, undefined), cwd: context.request.bundle, state }
    yield { op: 'hook', actor: 'parent', pointer: `/hooks/${kind}/${i}`, ...common, lenient: false }
  }
}

/** In the container's namespaces, by the init. `env`: for a hook that has none of its own; undefined: the caller's. */
export function* initHooks(context: Context, kind: Kind, env: readonly string[] | undefined): Generator<Step> {
  const list = context.spec.hooks?.[kind] ?? []
  const state = list.length === 0 ? '' : hookState(told(context), status[kind])
  for (let i = 0; i < list.length; i++) {
    const hook = list[i]
    if (hook === undefined) break
    const common = { kind, ...program(hook, env), cwd: '/', state }
    yield { op: 'hook', actor: 'init', pointer: `/hooks/${kind}/${i}`, ...common, lenient: false }
  }
}

/** The poststop hooks of a container that is undone: undone is in reverse, so the last one goes first. */
export function* undoHooks(context: Context): Generator<Step> {
  const list = context.spec.hooks?.poststop ?? []
  const state = list.length === 0 ? '' : hookState({ ...told(context), pid: '0' }, status.poststop)
  for (let i = list.length - 1; i >= 0; i--) {
    const hook = list[i]
    if (hook === undefined) break
    const common = { kind: 'poststop', ...program(hook, undefined), cwd: context.request.bundle, state }
    yield { op: 'undo_hook', actor: 'parent', pointer: `/hooks/poststop/${i}`, ...common }
  }
}

/** The hooks of a recorded container: poststart, whose failure counts, or poststop, whose failure is only noted. */
export function* laterHooks(list: readonly Hook[], kind: 'poststart' | 'poststop', who: Told): Generator<Step> {
  const state = list.length === 0 ? '' : hookState(who, status[kind])
  for (let i = 0; i < list.length; i++) {
    const hook = list[i]
    if (hook === undefined) break
    const common = { kind, ...program(hook, undefined), cwd: who.bundle, state }
    yield { op: 'hook', actor: 'parent', pointer: `/hooks/${kind}/${i}`, ...common, lenient: kind === 'poststop' }
  }
}

export function told({ spec, request }: Context): Told {
  const { ociVersion, annotations } = spec
  return { ociVersion, bundle: request.bundle, annotations, id: placeholder.id, pid: placeholder.pid }
}

export function hookState({ ociVersion, id, pid, bundle, annotations }: Told, status: string): string {
  const head = `{"ociVersion":${JSON.stringify(ociVersion)},"id":"${id}","status":"${status}","pid":${pid}`
  const tail = annotations === undefined ? '' : `,"annotations":${JSON.stringify(annotations)}`
  return `${head},"bundle":${JSON.stringify(bundle)}${tail}}`
}

type Program = Pick<StepOf<'hook'>, 'path' | 'args' | 'env' | 'inherit' | 'timeout'>

/** Whether the init has to pass the caller's environment on. */
export function inheritsInside({ spec }: Context): boolean {
  for (const { env } of spec.hooks?.createContainer ?? []) if (env === undefined) return true
  return false
}

// Without args, the name is the path. An environment that is listed, be it empty, is all there is.
function program({ path, args = [], env, timeout = 0 }: Hook, given: readonly string[] | undefined): Program {
  const inherit = env === undefined && given === undefined
  return { path, args: args.length > 0 ? args : [path], env: env ?? given ?? [], inherit, timeout: timeout * 1000 }
}
