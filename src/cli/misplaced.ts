import { type Failure, UsageError } from '../failure.ts'
import { S_IFMT, S_IFREG } from '../kernel/files.ts'
import { isContainerId } from '../machine/id.ts'
import type { Native } from '../native/table.ts'

const isFile = (native: Native, path: string) => (native.mode(path) & S_IFMT) === S_IFREG

/** Adds a hint to a failure of create or run if the id and the bundle seem to be swapped. */
export function misplaced(native: Native, { verb, words }: Words, failure: Failure): Failure {
  const [first = '', second] = words
  if (!(failure instanceof UsageError) || !['ID', 'BUNDLE'].includes(failure.code)) return failure
  if (!isFile(native, `${first}/config.json`)) return failure
  if (second !== undefined && (!isContainerId(second) || isFile(native, `${second}/config.json`))) return failure
  const cure = `${first} is a bundle, and the id comes first: ocits ${verb} ${second ?? 'ID'} ${first}`
  return new UsageError(failure.code, `${failure.message}: ${cure}`, failure.id)
}

type Words = { readonly verb: string; readonly words: readonly string[] }
