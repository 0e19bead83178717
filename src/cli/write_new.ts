import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { absolutePath } from '../machine/root.ts'
import type { Native } from '../native/table.ts'

type NewFile = { readonly content: Uint8Array; readonly mode: number }

/** Writes a file that is not there yet, whole or not at all; returns 0. */
export function writeNew({ native }: { readonly native: Native }, path: string, { content, mode }: NewFile): number {
  const result = native.create(absolutePath(native, path), content, mode)
  if (result >= 0) return 0
  const { name, text } = errno(-result)
  const file = path.slice(path.lastIndexOf('/') + 1)
  throw new UsageError('SYSTEM', name === 'EEXIST' ? `File ${file} exists. Remove it first` : `${path}: ${text}`)
}
