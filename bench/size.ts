import { statSync } from 'node:fs'
import { lateNames } from '../scripts/build/bundle.ts'
import { top } from './tools.ts'
import type { Finding } from './world.ts'

const mebibytes = (file: string) => statSync(`${top}${file}`).size / 2 ** 20

/** The size of the static executable, and of the part that runs containers, without the late modules (docs/decisions/020-late-modules.md). */
export function size(): Finding {
  const whole = mebibytes('dist/ocits')
  const hot = lateNames.reduce((rest, name) => rest - mebibytes(`build/${name}.packed`), whole)
  return {
    tables: [],
    figures: [
      { what: 'the binary, without late modules', value: hot, unit: 'MiB', required: 1.5 },
      { what: 'the binary', value: whole, unit: 'MiB', required: 2 },
    ],
  }
}
