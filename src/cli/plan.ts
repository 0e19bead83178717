import { UsageError } from '../failure.ts'
import { loadBundle } from '../lifecycle/bundle.ts'
import { planOf } from '../lifecycle/create.ts'
import { headings, padded, type Row } from '../program/explain.ts'
import { callOf, lessons } from '../program/lesson.ts'
import { type Run, rowOfRun, runsOf, single } from '../program/runs.ts'
import type { Step } from '../step/step.ts'
import { type Paint, paintOf } from './colours.ts'
import { printDifferences } from './diff.ts'
import { commandRequest } from './dispatch.ts'
import { execSteps } from './exec.ts'
import type { CommandLine } from './line.ts'
import { print } from './output.ts'
import { writePage } from './plan_page.ts'
import type { CommandRuntime } from './runtime.ts'
import { columnsOf, wrapped } from './wrapped.ts'

/** `plan`: the steps of create, or run or exec; with --against what another bundle or container does in their place. */
export function printPlan(runtime: CommandRuntime, line: CommandLine): number {
  const { flags, words } = line
  if (flags.html !== undefined) return writePage(runtime, line)
  if (typeof flags.against === 'string') {
    if (flags.exec !== undefined || flags.explain === true)
      throw new UsageError('ARGUMENT', '--against goes with neither --exec nor --explain')
    const own = String(flags.bundle ?? words[0] ?? '.')
    return printDifferences(runtime, { a: flags.against, b: own, line })
  }
  const steps = stepsOf(runtime, line)
  if (flags.json === true)
    return print(runtime, json(flags.explain === true ? lessons(single(steps)).map(asLesson) : steps))
  const runs = flags.all === true ? single(steps) : runsOf(steps)
  const paint = paintOf(runtime.native, 1)
  const lines =
    flags.explain === true ? explained(runs, { paint, columns: columnsOf(runtime.native) }) : table(runs, paint)
  return print(runtime, lines.map((each) => `${each}\n`).join(''))
}

function stepsOf(runtime: CommandRuntime, line: CommandLine): readonly Step[] {
  if (line.flags.exec !== undefined) return execSteps(runtime, line)
  const request = commandRequest(runtime, line)
  return planOf(runtime, loadBundle(runtime, request.bundle), { id: 'ID', request })
}

// What JSON cannot hold: an integer that is not exact is written as a string, bytes as a list.
function json(value: unknown): string {
  const exact = (_key: string, each: unknown) => {
    if (typeof each === 'bigint') return Number.isSafeInteger(Number(each)) ? Number(each) : String(each)
    return each instanceof Uint8Array ? [...each] : each
  }
  return `${JSON.stringify(value, exact, 2)}\n`
}

const asLesson = ({ runs, ...lesson }: ReturnType<typeof lessons>[number]) => ({
  ...lesson,
  steps: runs.flatMap(({ steps }) => steps.map((step) => ({ ...step, ...callOf(step) }))),
})

function table(runs: readonly Run[], paint: Paint): string[] {
  const [heading, ...rows] = padded([headings, ...runs.map(rowOfRun)])
  return [paint('bold', joined(heading ?? headings)), ...rows.map((row) => lineOf(row, paint))]
}

type Page = { readonly paint: Paint; readonly columns: number }

/** Its lines, with --explain. */
export function explained(runs: readonly Run[], { paint, columns }: Page): string[] {
  const [heading = headings, ...rows] = padded([headings, ...runs.map(rowOfRun)])
  const margin = ' '.repeat(heading[0].length + heading[1].length + 4) // below the name of the step
  const row = new Map(runs.map((run, at) => [run, rows[at] ?? headings]))
  return lessons(runs).flatMap(({ title, why, runs: own }, at) => [
    ...(at === 0 ? [] : ['']),
    paint('bold', why === undefined ? `${title}, once more` : title),
    ...(why === undefined ? [] : wrapped(why, columns)),
    '',
    ...own.flatMap((run) => {
      const { call, page } = callOf(run.steps[0] as Step)
      return [lineOf(row.get(run) ?? headings, paint), `${margin}${paint('yellow', call)}  ${paint('dim', page)}`]
    }),
  ])
}

const joined = (row: Row) => row.join('  ').trimEnd()

function lineOf(row: Row, paint: Paint): string {
  const [number, process, step, pointer, what] = row
  const cells = [
    paint('dim', number),
    paint(process.startsWith('init') ? 'green' : 'blue', process),
    paint('bold', step),
    paint('cyan', pointer),
  ]
  // Without a colour nothing may stand at its end.
  return [...cells, what].join('  ').trimEnd()
}
