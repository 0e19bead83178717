import { type CallRow, callTable } from '../step/calls.ts'
import { type Stage, stages } from '../step/stages.ts'
import type { Op, Step } from '../step/step.ts'
import type { Run } from './runs.ts'

/** A part of a plan that belongs together. */
export type Lesson = {
  readonly stage: Stage
  readonly title: string
  /** Why it comes here; undefined where the stage goes on that was told of before. */
  readonly why: string | undefined
  readonly runs: readonly Run[]
}

/** A plan in its stages. One may be interrupted by another: then it goes on later. */
export function lessons(runs: readonly Run[]): readonly Lesson[] {
  const found: (Lesson & { readonly runs: Run[] })[] = []
  const told = new Set<Stage>()
  let last: Stage | undefined
  for (const run of runs) {
    const stage: Stage = stageOf(run.steps[0]) ?? last ?? 'state'
    if (stage !== last) {
      const { title, why } = stages[stage]
      found.push({ stage, title, why: told.has(stage) ? undefined : why, runs: [] })
      told.add(stage)
      last = stage
    }
    found[found.length - 1]?.runs.push(run)
  }
  return found
}

function stageOf(step: Step | undefined): Stage | undefined {
  if (step === undefined) return undefined
  const { stage } = rowOf(step)
  return typeof stage === 'function' ? stage(step as never) : stage
}

/** The system calls of a step, and the pages of the manual that have them. */
export function callOf(step: Step): { readonly call: string; readonly page: string } {
  const { call, page } = rowOf(step)
  return { call: typeof call === 'function' ? call(step as never) : call, page }
}

const rowOf = ({ op }: Step) => callTable[op] as CallRow<Op>
