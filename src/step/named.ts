import { line } from './line.ts'
import { plain } from './quote.ts'
import type { Step } from './step.ts'
import { type StepRow, stepTable } from './table.ts'

/** What a step does, in a line that is understood alone, as in an error: it names a clone by its path, not by its slot. */
export function namer(steps: readonly Step[]): (step: Step) => string {
  const paths = new Map<number, string>()
  for (const step of steps)
    if ('slot' in step && kind(step) === 'fills' && 'path' in step) paths.set(step.slot, step.path)
  return (step) => {
    const words = line(step)
    const path = 'slot' in step && kind(step) === 'slot' ? paths.get(step.slot) : undefined
    return path === undefined || !('slot' in step)
      ? words
      : words.replace(`clone ${step.slot} `, () => `${plain(path)} `)
  }
}

const kind = ({ op }: Step) => (stepTable[op] as StepRow).args.slot
