import { makeBundle } from './bundle.ts'
import { must } from './must.ts'
import { summary } from './numbers.ts'
import { processor, time, total } from './spawn.ts'
import type { Figure, Finding, World } from './world.ts'

/** `exec` of /bin/true in a running container. */
export function exec(world: World): Finding {
  const bundle = makeBundle(`${world.folder}/exec`, { args: ['/bin/true', 'stay'] })
  const all = [world.ocits, ...world.others]
  // Each container has its own cgroup with the name of the container.
  for (const { name, command } of all)
    must([...command, 'run', '--detach', '--bundle', bundle, host(name)], { quiet: true })
  try {
    const runs = time(
      all.map(({ name, command }) => [[...command, 'exec', host(name), '/bin/true']]),
      { rounds: world.quick ? 50 : 300, block: 1 },
    )
    const found = all.map(({ name }, i) => {
      const own = runs[i] ?? []
      return { name, wall: summary(own.map(total)).median, cpu: summary(own.map(processor)).median }
    })
    return {
      tables: [
        {
          title: '`exec` of /bin/true, in turn, medians',
          headings: ['ms', 'wall', 'processor'],
          rows: found.map(({ name, wall, cpu }) => [name, wall.toFixed(2), cpu.toFixed(2)]),
        },
      ],
      figures: figures(found),
    }
  } finally {
    for (const { name, command } of all) must([...command, 'delete', '--force', host(name)])
  }
}

const host = (name: string) => `host-${name}`

type Told = { readonly name: string; readonly wall: number; readonly cpu: number }

function figures([ours, ...theirs]: readonly Told[]): readonly Figure[] {
  const crun = theirs.find(({ name }) => name === 'crun')
  if (ours === undefined || crun === undefined) return []
  return [
    { what: '`exec` ÷ crun', value: ours.wall / crun.wall, unit: '×', required: 0.6, aim: 0.5 },
    { what: '`exec` ÷ crun, processor', value: ours.cpu / crun.cpu, unit: '×', aim: 0.5 },
  ]
}
