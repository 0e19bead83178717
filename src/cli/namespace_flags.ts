import { UsageError } from '../failure.ts'
import type { Values } from './row.ts'
import { numberOf } from './unshare_maps.ts'

/** The id that a flag was given. */
export function idOf(value: Values[string], flag: string): number | undefined {
  if (value === undefined) return undefined
  const id = numberOf(String(value))
  if (id === undefined) throw new UsageError('ARGUMENT', `${flag} ${JSON.stringify(value)}: not an id`)
  return id
}
