import { copyFileSync, readFileSync } from 'node:fs'
import type { Resources } from '../src/spec/resources.ts'
import type { Spec } from '../src/spec/spec.ts'
import { makeBundle } from './bundle.ts'
import { type Summary, summary } from './numbers.ts'
import { type Line, processor, time, total } from './spawn.ts'
import { top } from './tools.ts'
import type { Finding, World } from './world.ts'

/** What limits and a filter add to `run` of /bin/true, and what a container as docker wants it takes. */
export function config(world: World): Finding {
  const runtimes = [world.ocits, ...world.others.filter(({ name }) => name === 'crun')]
  const bundles = bundlesOf(world)
  const names = Object.keys(bundles)
  const lines = runtimes.flatMap(({ command }) =>
    Object.values(bundles).map((bundle): Line => [[...command, 'run', '--bundle', bundle, 'g@']]),
  )
  const runs = time(lines, { rounds: world.quick ? 20 : 100, block: 1 })
  const found = runs.map((own) => ({ ...summary(own.map(total)), cpu: summary(own.map(processor)).median }))
  const rowOf = (at: number) => found.slice(at * names.length, (at + 1) * names.length)
  const [ours = [], crun] = runtimes.map((_, i) => rowOf(i))
  const ms = ({ median, cpu }: Measured) => `${median.toFixed(2)} (${cpu.toFixed(2)})`
  return {
    tables: [
      {
        title: '`run` of /bin/true by what the config asks for, in turn; in brackets the processor time',
        headings: ['ms', ...names],
        rows: runtimes.map(({ name }, i) => [name, ...rowOf(i).map(ms)]),
      },
    ],
    figures: figuresOf(ours, crun),
  }
}

type Measured = Summary & { readonly cpu: number }

function figuresOf(ours: readonly Measured[], crun: readonly Measured[] | undefined) {
  const [plain, limits, filter, docker] = ours.map(({ median }) => median)
  if (plain === undefined || limits === undefined || filter === undefined || docker === undefined)
    throw new Error('a config was not measured')
  const figures = [
    { what: 'limits, on top of a plain `run`', value: limits - plain, unit: 'ms', required: 0.3 },
    { what: 'docker’s seccomp profile, on top of a plain `run`', value: filter - plain, unit: 'ms', required: 1.5 },
  ] as const
  const other = crun?.[3]?.median
  if (other === undefined) return figures
  return [...figures, { what: 'docker’s default ÷ crun', value: docker / other, unit: '×', required: 0.5 } as const]
}

function bundlesOf({ folder }: World): Readonly<Record<string, string>> {
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

/** Without its hook, which is dockerd itself, and in a root of its own. */
function asDocker(place: string, { hooks: _, ...docker }: Spec): string {
  const made = makeBundle(place, { change: (spec) => ({ ...docker, process: { ...docker.process, ...argsOf(spec) } }) })
  for (const name of ['hosts', 'hostname', 'resolv.conf'])
    copyFileSync(`${top}bundles/docker-default/${name}`, `${made}/${name}`)
  return made
}

const argsOf = ({ process }: Spec) => ({ args: process?.args ?? [], cwd: '/' })
