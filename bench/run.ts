import { makeBundle } from './bundle.ts'
import { must } from './must.ts'
import { type Summary, summary } from './numbers.ts'
import { stateFolder } from './runtimes.ts'
import { type Line, type Often, processor, time, total } from './spawn.ts'
import type { Figure, Finding, Table, World } from './world.ts'

type Candidate = { readonly name: string; readonly line: Line }

/** `run` of /bin/true: each runtime back to back, and in turn with the others. The floor is the time that the kernel itself needs. */
export function run(world: World): Finding {
  const candidates = candidatesOf(world)
  const [inRow, inTurn] = [often(world.quick, 25), often(world.quick, 1)]
  const alone = measured(candidates, inRow)
  const mixed = measured(candidates, inTurn)
  return {
    tables: [
      table('`run` of /bin/true, each back to back with itself', alone),
      table('`run` of /bin/true, in turn with the others', mixed),
    ],
    figures: [
      ...against(alone, 'crun', 'back to back', { required: 0.7, aim: 0.6 }),
      ...against(mixed, 'crun', 'in turn', { aim: 0.4 }),
      ...against(alone, 'runc', 'back to back', { required: 0.4, aim: 0.3 }),
      { what: '`run` ÷ the floor', value: ratio(alone, 'ocits', 'floor'), unit: '×', aim: 1.8 },
      {
        what: '`run --program` ÷ the floor',
        value: ratio(alone, 'ocits --program', 'floor'),
        unit: '×',
        required: 1.3,
        aim: 1.2,
      },
    ],
  }
}

const often = (quick: boolean, block: number): Often => ({ rounds: Math.ceil((quick ? 50 : 300) / block), block })

function candidatesOf({ ocits, others, floor, folder }: World): readonly Candidate[] {
  const bundle = makeBundle(`${folder}/run`, {})
  const program = `${stateFolder('ocits')}.program`
  must([...ocits.command, 'compile', bundle, '-o', program])
  return [
    { name: 'floor', line: [floor('f@')] },
    { name: 'ocits --program', line: [[...ocits.command, 'run', '--program', program, 'p@']] },
    ...[ocits, ...others].map(({ name, command }) => ({ name, line: [[...command, 'run', '--bundle', bundle, 'r@']] })),
  ]
}

type Measured = ReadonlyMap<string, Summary & { readonly cpu: number }>

function measured(candidates: readonly Candidate[], often: Often): Measured {
  const runs = time(
    candidates.map(({ line }) => line),
    often,
  )
  return new Map(
    candidates.map(({ name }, i) => {
      const own = runs[i] ?? []
      return [name, { ...summary(own.map(total)), cpu: summary(own.map(processor)).median }]
    }),
  )
}

function ratio(all: Measured, one: string, other: string): number {
  return (all.get(one)?.median ?? Number.NaN) / (all.get(other)?.median ?? Number.NaN)
}

type Limits = Pick<Figure, 'required' | 'aim'>

function against(all: Measured, name: string, how: string, limits: Limits): readonly Figure[] {
  if (!all.has(name)) return []
  return [{ what: `\`run\` ÷ ${name}, ${how}`, value: ratio(all, 'ocits', name), unit: '×', ...limits }]
}

function table(title: string, all: Measured): Table {
  const rows = [...all].map(([name, { median, min, p90, cpu }]) => [
    name,
    ...[median, min, p90, cpu].map((ms) => ms.toFixed(2)),
  ])
  return { title, headings: ['ms', 'median', 'minimum', '90 %', 'processor'], rows }
}
