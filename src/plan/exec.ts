import { refuse } from '../failure.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { initHooks } from './hooks.ts'
import { lateRlimits } from './rlimits.ts'
import type { SeccompSteps } from './seccomp.ts'
import { bits, capabilities } from './user.ts'

/** Where programs are looked for when the process has no PATH. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The environment of the process: of each name the last entry. Without a HOME it gets one, `HOME=`, which the step `home` fills.
 */
export function environment({ spec }: Context): readonly string[] {
  const last = new Map<string, string>()
  for (const entry of spec.process?.env ?? []) last.set(entry.slice(0, entry.indexOf('=')), entry)
  if (!last.has('HOME')) last.set('HOME', 'HOME=')
  return [...last.values()]
}

export function* home({ spec }: Context, env: readonly string[]): Generator<Step> {
  if (!env.includes('HOME=')) return
  const user = spec.process?.user
  yield { op: 'home', actor: 'init', pointer: user === undefined ? '' : '/process/user', uid: user?.uid ?? 0 }
}

/** Finds the program now: a missing one is an error of create, not of start. */
export function* executable({ spec }: Context, env: readonly string[], filter: SeccompSteps): Generator<Step> {
  const [name] = spec.process?.args ?? []
  if (name === undefined) return
  const [paths, caps] = [candidates(name, env), bits(spec.process?.capabilities?.effective)]
  yield { op: 'executable', actor: 'init', pointer: '/process/args/0', paths, early: filter.privileged, caps }
}

/**
 * Never comes back. A container without a process has nothing to run, and waits for a start that is refused: so its startContainer hooks
 * never have their time, and are not planned. (runc refuses the create.)
 */
export function* execStep(context: Context, env: readonly string[], filter: SeccompSteps): Generator<Step> {
  const args = context.spec.process?.args ?? []
  if (args.length === 0) {
    if (context.request.mode === 'run')
      refuse('/process', 'process property must not be empty: there is nothing to run')
    context.warn('/process', 'not set: the container can be created, but not started')
    yield { op: 'exit', actor: 'init', pointer: '' }
    return
  }
  const { steps, privileged, denied, doubt } = filter
  const hooks = [...initHooks(context, 'startContainer', env)]
  const inside = steps.length > 0 && hooks.length > 0
  if (!inside) yield* hooks
  yield { op: 'clean', actor: 'init', pointer: '', hooks: inside, doubt: inside || doubt, doomed: denied.length > 0 }
  const needsFiles = inside || filter.agent !== undefined
  if (!needsFiles) yield* lateRlimits(context) // a filter may forbid it
  yield* steps // so late, it has to allow little more than execve
  if (privileged)
    for (const step of capabilities(context)) yield denied.length > 0 ? { ...step, pointer: filterPointer } : step
  if (inside) {
    yield* hooks // under the filter, as the program that they prepare for
    yield { op: 'ready', actor: 'init', pointer: '' }
  }
  if (needsFiles) yield* lateRlimits(context)
  yield { op: 'exec', actor: 'init', pointer: denied.includes('execve') ? filterPointer : '/process/args', args, env }
}

const filterPointer = '/linux/seccomp'

// As execvp(3): a name with a slash is a path, and an empty part of PATH is the working directory.
export function candidates(name: string, env: readonly string[]): readonly string[] {
  if (name === '') return []
  if (name.includes('/')) return [name]
  const path = env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath
  const found: string[] = []
  for (const folder of path.split(':')) found.push(folder === '' ? `./${name}` : `${folder}/${name}`)
  return found
}
