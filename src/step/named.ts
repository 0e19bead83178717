import { line } from './line.ts'
import { plain } from './quote.ts'
import type { Step } from './step.ts'

/** What a step does, in a line that stands alone, as in an error: of a clone it says the path, not the slot. */
export function namer(steps: readonly Step[]): (step: Step) => string {
  const paths = new Map<number, string>()
  for (const step of steps) {
    if (step.op === 'source' || step.op === 'source_in_root') paths.set(step.slot, step.path)
  }
  return (step) => {
    const path =
      'slot' in step && step.op !== 'source' && step.op !== 'source_in_root' ? paths.get(step.slot) : undefined
    const words = line(step)
    return path === undefined || !('slot' in step)
      ? words
      : words.replace(`clone ${step.slot} `, () => `${plain(path)} `)
  }
}
