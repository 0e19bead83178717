import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { perform } from '../lifecycle/effects.ts'
import { changeMounts, type MountsChange, mountsPlanOf } from '../lifecycle/mounts.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { maxConfigSize } from '../spec/load.ts'
import { actNamed } from './acts.ts'
import { inheritedFds } from './fds.ts'
import type { CommandLine } from './line.ts'
import { print } from './output.ts'

// In the static binary a module of its own, loaded when it is asked for.

type Act = readonly [least: number, most: number, argument: string, act: MountsChange['act']]

const acts: Readonly<Record<string, Act>> = {
  add: [2, 2, 'ID FILE', 'add'],
  remove: [2, 2, 'ID FILE', 'remove'],
}

/** `mounts`: the exit code. With --plan nothing is done. */
export function mountsCommand(runtime: Runtime, { words, flags }: CommandLine): number {
  const { row, words: given } = actNamed('mounts', acts, words)
  const [, , , act] = row
  const [id = '', path = ''] = given
  const text = runtime.native.input(path, maxConfigSize)
  if (typeof text === 'number') throw new UsageError('SYSTEM', `open ${path}: ${errno(-text).text}`)
  const steps = mountsPlanOf(runtime, id, { act, text })
  if (flags.plan === true) return print(runtime, runtime.cold().explain(steps))
  perform(runtime.native, changeMounts(runtime, id, { steps, fds: inheritedFds(runtime.native, undefined) }))
  return 0
}
