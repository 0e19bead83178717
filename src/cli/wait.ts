import { UsageError } from '../failure.ts'
import { ETIMEDOUT } from '../kernel/errnos.ts'
import { perform } from '../lifecycle/effects.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { beginWait, keep, reapTimeout, told, type Waiting } from '../lifecycle/wait.ts'
import type { Ending } from '../machine/ending.ts'
import { print } from './output.ts'

/** `wait`: waits until a container has ended, and prints how. */
export function printEnding(runtime: Runtime, id: string, json: boolean): number {
  const begun = beginWait(runtime, id)
  const ending = 'state' in begun ? awaited(runtime, begun) : begun
  return print(runtime, json ? `${JSON.stringify({ id, ...ending })}\n` : `${words(ending)}\n`)
}

function awaited(runtime: Runtime, waiting: Waiting): Ending {
  const { pidfd, id } = waiting
  if (pidfd !== undefined) held(runtime.native.await(pidfd, 0, -1), id)
  let ending = told(runtime, waiting, false)
  if (ending === undefined && pidfd !== undefined) {
    held(runtime.native.await(pidfd, 1, reapTimeout), id)
    ending = told(runtime, waiting, true)
  }
  if (ending === undefined) throw new Error('an ending that is late is told')
  perform(runtime.native, keep(runtime, waiting, ending))
  return ending
}

function held(result: number, id: string): void {
  if (result < 0 && result !== -ETIMEDOUT) throw new UsageError('SYSTEM', `interrupted while waiting for ${id}`, id)
}

function words({ exitStatus, signal, coreDumped, oomKilled, why }: Ending): string {
  if (exitStatus === undefined) return `unknown: ${why ?? ''}`
  if (signal === undefined) return `exit status ${exitStatus}`
  return `signal ${signal}${coreDumped === true ? ', core dumped' : ''}${oomKilled === true ? ', out of memory' : ''}`
}
