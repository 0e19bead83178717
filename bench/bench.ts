// Measures ocits, crun, runc and the floor (floor.c), and compares ocits with its limits.
//   npm run bench -- [--quick] [--check] [--markdown] [run|life|exec|engine|size|scale|config|library]…
//   --quick     fewer runs
//   --check     exit code 1 if ocits misses a required limit by more than the tolerance
//   --against=FILE  only compares with another build of ocits: the cost of a change
//   --markdown  writes the results to docs/performance.md
import { existsSync, mkdirSync } from 'node:fs'
import { observe } from '../src/machine/observe.ts'
import { against } from './against.ts'
import { config } from './config.ts'
import { record } from './document.ts'
import { engine } from './engine.ts'
import { exec } from './exec.ts'
import { library } from './library.ts'
import { life } from './life.ts'
import { load, machine } from './machine.ts'
import { asText, missed, tolerance, verdicts } from './report.ts'
import { run } from './run.ts'
import { runtimes, stateFolder } from './runtimes.ts'
import { enter, isInside } from './sandbox.ts'
import { scale } from './scale.ts'
import { size } from './size.ts'
import { buildTools, tools, top } from './tools.ts'
import type { Finding, World } from './world.ts'

const measurements: Readonly<Record<string, (world: World) => Finding | Promise<Finding>>> = {
  run,
  life,
  exec,
  engine,
  size,
  scale,
  config,
  library,
}

const flagOfAgainst = '--against='

async function main(words: readonly string[]): Promise<number> {
  const flags = words.filter((word) => word.startsWith('--'))
  const names = words.filter((word) => !word.startsWith('--'))
  const unknown = names.find((name) => !(name in measurements))
  if (unknown !== undefined)
    throw new Error(`unknown measurement ${unknown} (known: ${Object.keys(measurements).join(', ')})`)
  if (!existsSync(`${top}dist/ocits`)) throw new Error('dist/ocits is missing: npm run build')
  if (!isInside()) {
    buildTools()
    return enter()
  }
  const world = await worldOf(flags.includes('--quick'))
  const other = flags.find((flag) => flag.startsWith(flagOfAgainst))?.slice(flagOfAgainst.length)
  if (other !== undefined) {
    const { tables, figures } = against(world, other)
    console.log([...tables, verdicts(figures)].map(asText).join('\n'))
    return flags.includes('--check') && figures.some(missed) ? 1 : 0
  }
  const finding = await measured(world, names.length === 0 ? Object.keys(measurements) : names)
  if (flags.includes('--markdown')) record(finding, machine(world))
  const failed = finding.figures.filter(missed)
  if (failed.length > 0)
    console.log(`Missed by more than ${tolerance * 100} %: ${failed.map(({ what }) => what).join('; ')}`)
  return flags.includes('--check') && failed.length > 0 ? 1 : 0
}

async function worldOf(quick: boolean): Promise<World> {
  const { ocits, others } = runtimes()
  const { native }: typeof import('../src/native/koffi.ts') = await import(`${top}dist/native/koffi.js`)
  const { v1, v2 } = observe(native)
  const hierarchies = v1.map(({ mount, own, controllers }) => `${below(mount, own)}:${controllers.join(',')}`)
  const folder = '/tmp/ocits-bench'
  mkdirSync(folder, { recursive: true })
  const rootfs = `${folder}/run/rootfs`
  const [state, unified] = [stateFolder('floor'), v2 === undefined ? '-' : below(v2.mount, v2.own)]
  return {
    ocits,
    others,
    floor: (id) => [tools.floor, rootfs, state, id, unified, ...hierarchies],
    folder,
    quick,
  }
}

const below = (mount: string, own: string): string => (own === '/' ? mount : `${mount}${own}`)

async function measured(world: World, names: readonly string[]): Promise<Finding> {
  console.log(`${machine(world)}\nLoad of the last minute: ${load()}\n`)
  for (const name of ['crun', 'runc'])
    if (!world.others.some((other) => other.name === name))
      console.log(`${name} is missing; scripts/setup.sh --bench installs it on Debian.\n`)
  const found: Finding[] = []
  for (const name of names) {
    const finding = await measurements[name]?.(world)
    if (finding === undefined) continue
    for (const table of finding.tables) console.log(asText(table))
    found.push(finding)
  }
  const all = { tables: found.flatMap(({ tables }) => tables), figures: found.flatMap(({ figures }) => figures) }
  console.log(asText(verdicts(all.figures)))
  console.log(`Load of the last minute: ${load()}`)
  return all
}

main(process.argv.slice(2).filter((word) => word !== '--inside')).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  },
)
