import { UsageError } from '../failure.ts'
import type { NsFile } from '../kernel/ns_files.ts'
import type { Values } from './row.ts'
import { numberOf } from './unshare_maps.ts'

/** The flag for a type, as unshare(1) and nsenter(1) name it. */
export const longFlagName = (type: NsFile): string => (type === 'mnt' ? 'mount' : type)

/** The id that a flag was given. */
export function idOf(value: Values[string], flag: string): number | undefined {
  if (value === undefined) return undefined
  const id = numberOf(String(value))
  if (id === undefined) throw new UsageError('ARGUMENT', `${flag} ${JSON.stringify(value)}: not an id`)
  return id
}
