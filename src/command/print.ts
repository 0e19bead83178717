import { UsageError } from '../failure.ts'
import type { Runtime } from './runtime.ts'

/** To stdout; 0. Throws if that is closed or full: what was asked for has not been told. */
export function print({ native }: Pick<Runtime, 'native'>, text: string): number {
  if (native.put(1, text) < 0) throw new UsageError('SYSTEM', 'cannot write to stdout')
  return 0
}
