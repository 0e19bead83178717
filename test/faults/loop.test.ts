import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { reaches, soon } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { hour, id, ocits, root } from './sweep.ts'

// The life that an engine gives a container, repeated with one name: create, start, exec, kill, delete. After that no process, mount,
// cgroup, file, socket or descriptor is left. `LOOP` is the number of repetitions.

const count = Number(process.env.LOOP ?? (process.env.ALL === '1' ? 1_000 : 25))
const { create, start, exec, kill, wait, remove }: typeof import('../../src/index.ts') = await import(
  new URL('../../dist/index.js', import.meta.url).href
)

/** Every file that a container may have made, except the harness's files for each command, and the checkout, where others may work. */
const files = (bundle: string): readonly string[] =>
  [bundle, '/run', '/tmp', '/dev/shm']
    .filter(existsSync)
    .flatMap((top) => readdirSync(top).map((name) => `${top}/${name}`))
    .filter((path) => path !== '/run/checkout' && !path.startsWith('/tmp/ocits-out.'))
    .flatMap((path) => [path, ...(lstatSync(path).isDirectory() ? readdirSync(path, below) : [])])

const below = { recursive: true, encoding: 'utf8' } as const

const kept = (bundle: string) => [
  ...files(bundle),
  ...readdirSync('/proc/self/fd').map((fd) => `descriptor ${fd}`),
  `${readFileSync('/proc/net/unix', 'utf8').split('\n').length - 2} sockets`,
]

/** The first run comes before the comparison, because the files that the first container makes in its root stay there. */
async function looped(bundle: string, one: () => Promise<void>): Promise<void> {
  await one()
  const before = traces(root)
  const had = kept(bundle)
  for (let nth = 0; nth < count; nth++) await one()
  await unchanged(before, root)
  // The kernel removes sockets with a delay.
  await soon(() => kept(bundle).join() === had.join())
  assert.equal(
    kept(bundle).filter((what) => !had.includes(what)),
    [],
  )
}

live(
  `the command: a container that is created, started, entered, killed and deleted ${count} times leaves nothing`,
  async () => {
    const bundle = await make(config(['trap']))
    await looped(bundle, async () => {
      succeeded(await ocits(['create', '--bundle', bundle, id]))
      succeeded(await ocits(['start', id]))
      assert.is(succeeded(await ocits(['exec', id, '/probe', 'say', 'inside'])), 'inside\n')
      succeeded(await ocits(['kill', id, 'KILL']))
      await reaches(ocits, id, 'stopped')
      succeeded(await ocits(['delete', id]))
    })
  },
  hour,
)

live(
  `the library: the same, ${count} times`,
  async () => {
    const bundle = await make(config(['trap']))
    const nothing = openSync('/dev/null', 'r+')
    const stdio = [nothing, nothing, nothing]
    await looped(bundle, async () => {
      await create(id, { bundle, root, stdio })
      await start(id, { root })
      const { exit } = await exec(id, { root, stdio, args: ['/probe', 'exit', '4'] })
      assert.is(await exit(), 4)
      await kill(id, 'KILL', { root })
      assert.is(await wait(id, { root }), 137)
      await remove(id, { root })
    })
    closeSync(nothing)
  },
  hour,
)

test.run()
