import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The sorted files below a folder whose names have this ending. */
export const filesOf = (folder: string, ...ends: readonly string[]): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.some((end) => entry.name.endsWith(end)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
