import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { makeBundle } from './bundle.ts'
import { type Runtime, stateFolder } from './runtimes.ts'
import { top } from './tools.ts'
import type { Finding, World } from './world.ts'

type Library = typeof import('../src/index.ts')
/** Runs one container until its end. */
type Once = (id: string) => Promise<void>

const callers = [1, 8] as const

/** Containers per second from one Node process: with the library, and by running the commands. */
export async function library(world: World): Promise<Finding> {
  const bundle = makeBundle(`${world.folder}/library`, {})
  const crun = world.others.find(({ name }) => name === 'crun')
  const ways: (readonly [string, Once])[] = [
    ['the library', await byLibrary(bundle)],
    ['running ocits', byCommand(world.ocits, bundle)],
  ]
  if (crun !== undefined) ways.push(['running crun', byCommand(crun, bundle)])
  const found: (readonly [string, number[]])[] = []
  for (const [name, once] of ways) found.push([name, await rates(once, world.quick ? 1_000 : 5_000)])
  const [ours, , theirs] = found.map(([, [alone = Number.NaN]]) => alone)
  return {
    tables: [
      {
        title: 'Containers from one Node process',
        headings: ['a second', ...callers.map((count) => `${count} at a time`)],
        rows: found.map(([name, all]) => [name, ...all.map((rate) => rate.toFixed(0))]),
      },
    ],
    figures:
      ours === undefined || theirs === undefined
        ? []
        : [
            {
              what: 'library ÷ running crun, containers a second',
              value: ours / theirs,
              unit: '×',
              aim: 2,
              atLeast: true,
            },
          ],
  }
}

async function rates(once: Once, milliseconds: number): Promise<number[]> {
  const found: number[] = []
  await many(once, 1, milliseconds / 10) // warm
  for (const count of callers) found.push(await many(once, count, milliseconds))
  return found
}

let last = 0

/** Containers per second, with this number of callers, each of which runs one container after the other. */
async function many(once: Once, count: number, milliseconds: number): Promise<number> {
  const start = performance.now()
  let done = 0
  const caller = async () => {
    while (performance.now() - start < milliseconds) {
      await once(`n${last++}`)
      done++
    }
  }
  await Promise.all(Array.from({ length: count }, caller))
  return done / ((performance.now() - start) / 1e3)
}

async function byLibrary(bundle: string): Promise<Once> {
  const { run }: Library = await import(`${top}dist/index.js`)
  const root = stateFolder('library')
  const null_ = openSync('/dev/null', 'r+')
  const stdio = [null_, null_, null_]
  return async (id) => {
    const status = await run(id, { bundle, root, stdio })
    if (status !== 0) throw new Error(`${id}: ${status}`)
  }
}

function byCommand({ command }: Runtime, bundle: string): Once {
  const [file = '', ...words] = command
  return (id) =>
    new Promise((resolve, reject) => {
      const child = spawn(file, [...words, 'run', '--bundle', bundle, id], { stdio: ['ignore', 'ignore', 'inherit'] })
      child.on('error', reject)
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${file}: ${code}`))))
    })
}
