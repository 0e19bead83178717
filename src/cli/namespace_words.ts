import { UsageError } from '../failure.ts'
import { type NsFile, nsFileNames, nsFileOf } from '../kernel/ns_files.ts'

/** The type that a word of a command line names. Throws a UsageError where it names none. */
export function typeNamed(word: string): NsFile {
  const type = nsFileOf(word)
  if (type !== undefined) return type
  const known = nsFileNames.join(', ')
  throw new UsageError('ARGUMENT', `no type of namespaces: ${JSON.stringify(word)}: one of ${known}`)
}
