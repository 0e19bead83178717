import { statSync } from 'node:fs'
import { lateNames } from '../scripts/build/bundle.ts'
import { top } from './tools.ts'
import type { Finding } from './world.ts'

const megabytes = (file: string) => statSync(`${top}${file}`).size / 1e6

/** The static binary, and the part of it that runs containers: without the modules that are loaded late (docs/decisions/020-late-modules.md). */
export function size(): Finding {
  const whole = megabytes('dist/ocits')
  const hot = lateNames.reduce((rest, name) => rest - megabytes(`build/${name}.packed`), whole)
  return {
    tables: [],
    figures: [
      { what: 'the binary, without late modules', value: hot, unit: 'MB', required: 1.5 },
      { what: 'the binary', value: whole, unit: 'MB', required: 2 },
    ],
  }
}
