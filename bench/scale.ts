import { makeBundle } from './bundle.ts'
import { must } from './must.ts'
import { summary } from './numbers.ts'
import type { Runtime } from './runtimes.ts'
import { type Line, processor, time } from './spawn.ts'
import type { Finding, Table, World } from './world.ts'

const counts = [0, 20, 100, 300] as const
const neighbours = 50

/** How the time of `run` of /bin/true grows with the number of bind mounts in the config, and with the number of existing containers. */
export function scale(world: World): Finding {
  const mounts = withMounts(world)
  const [none, , some, most] = mounts.ours
  if (none === undefined || some === undefined || most === undefined) throw new Error('a count was not measured')
  const beside = withNeighbours(world)
  return {
    tables: [mounts.table, beside.table],
    figures: [
      {
        what: 'a mount among 300 ÷ one among 100',
        value: (most - none) / 300 / ((some - none) / 100),
        unit: '×',
        aim: 1.3,
      },
      { what: `\`run\` next to ${neighbours} containers ÷ alone`, value: beside.growth, unit: '×', aim: 1.15 },
    ],
  }
}

const compared = ({ ocits, others }: World) => [ocits, ...others.filter(({ name }) => name === 'crun')]

type Mounts = { readonly table: Table; readonly ours: readonly number[] }

function withMounts(world: World): Mounts {
  const all = compared(world)
  const bundles = counts.map((binds) => makeBundle(`${world.folder}/mounts-${binds}`, { binds }))
  const lines = all.flatMap((runtime) => bundles.map((bundle) => running(runtime, bundle)))
  const runs = time(lines, { rounds: world.quick ? 10 : 40, block: 1 })
  const medians = runs.map((each) => summary(each.map(processor)).median)
  const rowOf = (at: number) => medians.slice(at * counts.length, (at + 1) * counts.length)
  return {
    table: {
      title: '`run` with more bind mounts, processor time',
      headings: ['ms', ...counts.map((count) => `+${count}`)],
      rows: all.map(({ name }, i) => [name, ...rowOf(i).map((ms) => ms.toFixed(2))]),
    },
    ours: rowOf(0),
  }
}

type Neighbours = { readonly table: Table; readonly growth: number }

function withNeighbours(world: World): Neighbours {
  const all = compared(world)
  const bundle = makeBundle(`${world.folder}/neighbour`, { args: ['/bin/true', 'stay'] })
  const rest = makeBundle(`${world.folder}/beside`, {})
  const medians = all.map((runtime) => {
    const alone = medianRun(world, runtime, rest)
    const beside = among(runtime, bundle, () => medianRun(world, runtime, rest))
    return [alone, beside] as const
  })
  const [[alone, beside] = [Number.NaN, Number.NaN]] = medians
  return {
    table: {
      title: '`run` next to other containers, processor time',
      headings: ['ms', 'alone', `next to ${neighbours}`],
      rows: all.map(({ name }, i) => [name, ...(medians[i] ?? []).map((ms) => ms.toFixed(2))]),
    },
    growth: beside / alone,
  }
}

function among<T>({ command }: Runtime, bundle: string, body: () => T): T {
  const ids = Array.from({ length: neighbours }, (_, i) => `neighbour-${i}`)
  for (const id of ids) {
    must([...command, 'create', '--bundle', bundle, id], { quiet: true })
    must([...command, 'start', id])
  }
  try {
    return body()
  } finally {
    for (const id of ids) must([...command, 'delete', '--force', id])
  }
}

function medianRun(world: World, runtime: Runtime, bundle: string): number {
  const [runs = []] = time([running(runtime, bundle)], { rounds: world.quick ? 15 : 60, block: 1 })
  return summary(runs.map(processor)).median
}

function running({ command }: Runtime, bundle: string): Line {
  return [[...command, 'run', '--bundle', bundle, 's@']]
}
