import { readFileSync } from 'node:fs'
import { makeBundle } from './bundle.ts'
import { must } from './must.ts'
import { summary } from './numbers.ts'
import type { Runtime } from './runtimes.ts'
import { type Line, type Spent, time, total } from './spawn.ts'
import type { Figure, Finding, World } from './world.ts'

export const verbs = ['create', 'start', 'state', 'kill', 'delete'] as const

/** The five commands of a container's life, each a process; and the memory of these commands and of the waiting init. */
export function life(world: World): Finding {
  const bundle = makeBundle(`${world.folder}/life`, { args: ['/bin/true', 'stay'] })
  const all = [world.ocits, ...world.others]
  const runs = time(
    all.map(({ command }) => fiveCommands(command, bundle)),
    { rounds: world.quick ? 15 : 100, block: 1 },
  )
  const found = all.map((runtime, i) => told(runtime, runs[i] ?? [], resident(runtime, bundle)))
  const [ours, ...theirs] = found
  if (ours === undefined) throw new Error('ocits was not measured')
  return {
    tables: [
      {
        title: 'The five commands in turn, medians',
        headings: ['ms', ...verbs, 'all five'],
        rows: found.map(({ name, verbs, sum }) => [name, ...verbs, sum].map(cell)),
      },
      {
        title: 'Memory',
        headings: ['kB', 'created init, VmRSS', 'peak of the commands'],
        rows: found.map(({ name, init, peak }) => [name, `${init}`, `${peak}`]),
      },
    ],
    figures: [
      ...theirs.flatMap(({ name, sum }) => comparison(name, ours.sum / sum)),
      { what: 'created init, resident', value: ours.init, unit: 'kB', required: 64 },
      { what: 'peak of a command', value: ours.peak, unit: 'kB', aim: 4096 },
    ],
  }
}

const cell = (value: string | number): string => (typeof value === 'string' ? value : value.toFixed(2))

function comparison(name: string, value: number): readonly Figure[] {
  return name === 'crun' ? [{ what: 'the five commands ÷ crun', value, unit: '×', required: 0.5, aim: 0.4 }] : []
}

// As an engine does, this waits for the killed process before delete. This time belongs to the kernel and is not counted.
export function fiveCommands(command: readonly string[], bundle: string): Line {
  const [create, start, state, kill] = [['--bundle', bundle, 'l@'], ['l@'], ['l@'], ['l@', 'KILL']]
  return [
    [...command, 'create', ...create],
    [...command, 'start', ...start],
    [...command, 'state', ...state],
    [...command, 'kill', ...kill],
    ['orphan'],
    [...command, 'delete', 'l@'],
  ]
}

type Told = {
  readonly name: string
  readonly verbs: readonly number[]
  readonly sum: number
  readonly peak: number
  readonly init: number
}

function told({ name }: Runtime, runs: readonly (readonly Spent[])[], init: number): Told {
  const medians = verbs.map((_, i) => summary(runs.map((run) => run[i]?.ms ?? Number.NaN)).median)
  const peak = Math.max(...runs.flat().map(({ peakKb }) => peakKb))
  return { name, verbs: medians, sum: summary(runs.map(total)).median, peak, init }
}

/** The resident kilobytes of a created container's waiting process. */
function resident({ command }: Runtime, bundle: string): number {
  must([...command, 'create', '--bundle', bundle, 'resident'], { quiet: true })
  try {
    const { pid } = JSON.parse(must([...command, 'state', 'resident']))
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } finally {
    must([...command, 'delete', '--force', 'resident'])
  }
}
