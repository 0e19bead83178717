import { type CallRow, callTable } from '../step/calls.ts'
import { line } from '../step/line.ts'
import type { Op, Step } from '../step/step.ts'
import { type Row, rowOf } from './explain.ts'

/** Steps one after the other that are told in one line, the first and the last by their numbers in the plan. */
export type Run = { readonly first: number; readonly steps: readonly Step[] }

/** So many are worth a line for all of them. */
const fewest = 3

/** The plan in runs: like steps together, each other step alone. */
export function runsOf(steps: readonly Step[]): readonly Run[] {
  const found: Run[] = []
  for (let first = 0; first < steps.length; ) {
    const sign = signOf(steps[first] as Step)
    let end = first + 1
    while (sign !== undefined && end < steps.length && signOf(steps[end] as Step) === sign) end++
    if (end - first < fewest) end = first + 1
    found.push({ first, steps: steps.slice(first, end) })
    first = end
  }
  return found
}

/** Each step alone. */
export const single = (steps: readonly Step[]): readonly Run[] => steps.map((step, first) => ({ first, steps: [step] }))

// What like steps have in common; undefined: each is told alone.
function signOf(step: Step): string | undefined {
  const { alike } = callTable[step.op] as CallRow<Op>
  if (alike === undefined) return undefined
  const values = step as unknown as Readonly<Record<string, unknown>>
  return JSON.stringify([step.op, step.actor, ...alike.map((name) => values[name])])
}

/** Its line: of several steps their number, and what the first and the last say. */
export function rowOfRun({ first, steps }: Run): Row {
  const [step] = steps
  const last = steps[steps.length - 1]
  if (step === undefined || last === undefined) throw new Error('a run has a step')
  const row = rowOf(step, first)
  if (steps.length === 1) return row
  const pointer = ranged(row[3], rowOf(last, 0)[3])
  const what = `${steps.length} times: ${between(line(step), line(last), (callTable[step.op].alike ?? []).length > 0)}`
  return [`${first}-${first + steps.length - 1}`, row[1], row[2], pointer, what]
}

// `/linux/maskedPaths/0-9`: what they have in common is told once.
function ranged(one: string, other: string): string {
  if (one === other) return one
  const folder = one.slice(0, one.lastIndexOf('/') + 1)
  return `${one}-${other.startsWith(folder) ? other.slice(folder.length) : other}`
}

// What like steps have in common stands at the end of their lines, and is told once.
function between(one: string, other: string, share: boolean): string {
  let end = 0
  while (share && end < one.length && one[one.length - 1 - end] === other[other.length - 1 - end]) end++
  const blank = one.indexOf(' ', one.length - end)
  const shared = share && blank >= 0 ? one.length - blank : 0
  return `${one.slice(0, one.length - shared)} … ${other.slice(0, other.length - shared)}${one.slice(one.length - shared)}`
}
