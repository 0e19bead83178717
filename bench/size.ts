import { statSync } from 'node:fs'
import { top } from './tools.ts'
import type { Finding } from './world.ts'

/** The static binary, complete as it is. */
export function size(): Finding {
  const value = statSync(`${top}dist/ocits`).size / 1e6
  return { tables: [], figures: [{ what: 'the binary', value, unit: 'MB', required: 1.5 }] }
}
