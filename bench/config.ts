import { copyFileSync, readFileSync } from 'node:fs'
import type { Resources } from '../src/spec/resources.ts'
import type { Spec } from '../src/spec/spec.ts'
import { makeBundle } from './bundle.ts'
import { summary } from './numbers.ts'
import { type Line, processor, time, total } from './spawn.ts'
import { top } from './tools.ts'
import type { Finding, World } from './world.ts'

/** The cost of limits and of a filter for `run` of /bin/true, and the cost of a container with the default config of docker. */
export function config(world: World): Finding {
  const runtimes = [world.ocits, ...world.others.filter(({ name }) => name === 'crun')]
  const bundles = bundlesOf(world)
  const names = Object.keys(bundles)
  const lines = runtimes.flatMap(({ command }) =>
    Object.values(bundles).map((bundle): Line => [[...command, 'run', '--bundle', bundle, 'g@']]),
  )
  const runs = time(lines, { rounds: world.quick ? 6 : 30, block })
  const medians = runs.map((own) => [total, processor].map((of) => summary(own.map(of)).median.toFixed(2)))
  const cells = medians.map(([ms, cpu]) => `${ms} (${cpu})`)
  const wall = runs.map((own) => own.map(total))
  return {
    tables: [
      {
        title: `\`run\` of /bin/true with different configs, ${block} in a row; in brackets the processor time`,
        headings: ['ms', ...names],
        rows: runtimes.map(({ name }, i) => [name, ...cells.slice(i * names.length, (i + 1) * names.length)]),
      },
    ],
    figures: figuresOf(wall.slice(0, names.length), wall.slice(names.length)),
  }
}

const block = 5

type Walls = readonly (readonly number[])[]

function figuresOf([plain = [], limits = [], filter = [], docker = []]: Walls, [, , , other]: Walls) {
  const figures = [
    { what: 'limits, on top of a plain `run`', value: beside(limits, plain, difference), unit: 'ms', required: 0.3 },
    {
      what: 'docker’s seccomp profile, on top of a plain `run`',
      value: beside(filter, plain, difference),
      unit: 'ms',
      required: 1.5,
    },
  ] as const
  if (other === undefined) return figures
  const value = beside(docker, other, (one, another) => one / another)
  return [...figures, { what: 'docker’s default ÷ crun', value, unit: '×', required: 0.5 } as const]
}

const difference = (one: number, other: number) => one - other

/** Compares the blocks of the same round, because other load on the machine affects both. */
function beside(one: readonly number[], other: readonly number[], compare: typeof difference): number {
  const found = []
  for (let i = 0; i < one.length; i += block) {
    const [mine, theirs] = [one, other].map((values) => summary(values.slice(i, i + block)).median)
    found.push(compare(mine ?? Number.NaN, theirs ?? Number.NaN))
  }
  return summary(found).median
}

/** Bundles of /bin/true with different fields. */
export function bundlesOf({ folder }: World): Readonly<Record<string, string>> {
  const docker: Spec = JSON.parse(readFileSync(`${top}bundles/docker-default/config.json`, 'utf8'))
  const seccomp = docker.linux?.seccomp
  if (seccomp === undefined) throw new Error('docker’s config has no profile')
  const place = (name: string) => `${folder}/config-${name}`
  const changed = (name: string, linux: Spec['linux']) =>
    makeBundle(place(name), { change: (spec) => ({ ...spec, linux: { ...spec.linux, ...linux } }) })
  return {
    plain: makeBundle(place('plain'), {}),
    limits: changed('limits', { resources: limits }),
    seccomp: changed('seccomp', { seccomp }),
    docker: asDocker(place('docker'), docker),
  }
}

const limits: Resources = {
  memory: { limit: 268435456, reservation: 134217728, swap: 536870912 },
  cpu: { shares: 512, quota: 50000, period: 100000, cpus: '0' },
  pids: { limit: 100 },
}

/** Without its hook, which is dockerd itself, and with its own root. */
function asDocker(place: string, { hooks: _, ...docker }: Spec): string {
  const made = makeBundle(place, { change: (spec) => ({ ...docker, process: { ...docker.process, ...argsOf(spec) } }) })
  for (const name of ['hosts', 'hostname', 'resolv.conf'])
    copyFileSync(`${top}bundles/docker-default/${name}`, `${made}/${name}`)
  return made
}

const argsOf = ({ process }: Spec) => ({ args: process?.args ?? [], cwd: '/' })
