import { makeBundle } from './bundle.ts'
import { bundlesOf } from './config.ts'
import { fiveCommands, verbs } from './life.ts'
import { must } from './must.ts'
import { summary } from './numbers.ts'
import { type Runtime, runtime } from './runtimes.ts'
import { type Line, processor, type Spent, time } from './spawn.ts'
import type { Figure, Finding, World } from './world.ts'

/** A larger ratio of two builds is an effect of the change, not of the machine: two runs of the same build differ by less. */
const allowed = 1.03

type Row = {
  readonly name: string
  readonly line: (build: Runtime) => Line
  /** The index of the compared command in the line; unset: all commands together. */
  readonly at?: number
  readonly rounds: number
}

/** Compares this build with another build of ocits, in turn, by processor time: the cost of a change, on any machine. */
export function against(world: World, other: string): Finding {
  const builds = [world.ocits, runtime('other', other)] as const
  const stays = makeBundle(`${world.folder}/against`, { args: ['/bin/true', 'stay'] })
  for (const { name, command } of builds)
    must([...command, 'run', '--detach', '--bundle', stays, host(name)], { quiet: true })
  try {
    const found = rows(world, stays).map((row) => ({ ...compared(row, builds), name: row.name }))
    return {
      tables: [
        {
          title: 'This build and the other one, processor time',
          headings: ['ms', 'this', 'other', 'ratio'],
          rows: found.map(({ name, ms, ratio }) => [name, ...ms.map((each) => each.toFixed(2)), ratio.toFixed(3)]),
        },
      ],
      figures: found.map(
        ({ name, ratio }): Figure => ({
          what: `${name} ÷ the other build`,
          value: ratio,
          unit: '×',
          required: allowed,
        }),
      ),
    }
  } finally {
    for (const { name, command } of builds) must([...command, 'delete', '--force', host(name)])
  }
}

const host = (name: string) => `against-${name}`

function rows(world: World, stays: string): readonly Row[] {
  const rounds = world.quick ? 30 : 150
  const run =
    (bundle: string) =>
    ({ command }: Runtime) => [[...command, 'run', '--bundle', bundle, 'v@']]
  const many = makeBundle(`${world.folder}/against-300`, { binds: 300 })
  return [
    ...Object.entries(bundlesOf(world)).map(([name, bundle]) => ({ name: `run, ${name}`, line: run(bundle), rounds })),
    { name: 'run, 300 bind mounts', line: run(many), rounds: Math.ceil(rounds / 3) },
    ...verbs.map((name, i) => ({
      ...{ name, rounds, line: ({ command }: Runtime) => fiveCommands(command, stays) },
      at: i,
    })),
    { name: 'exec', rounds, line: ({ name, command }) => [[...command, 'exec', host(name), '/bin/true']] },
  ]
}

function compared({ line, at, rounds }: Row, builds: readonly [Runtime, Runtime]) {
  const cost = (run: readonly Spent[]) => processor(at === undefined ? run : run.slice(at, at + 1))
  const runs = time(builds.map(line), { rounds, block: 1 })
  const [mine = [], theirs = []] = runs.map((own) => own.map(cost))
  const ms = [summary(mine).median, summary(theirs).median]
  // Each run is compared with its neighbour, because other load on the machine affects both.
  return { ms, ratio: summary(mine.map((each, i) => each / (theirs[i] ?? Number.NaN))).median }
}
