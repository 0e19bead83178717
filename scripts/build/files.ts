import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The files below a folder whose names end so, in order. */
export const filesOf = (folder: string, ...ends: readonly string[]): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.some((end) => name.endsWith(end)))
    .map((name) => join(folder, name))
    .sort()
