import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { listing } from '../harness/listing.ts'
import { live } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// The statements of docs/architecture.md about files that stay in a root file system.

const ocits = runtime(binary, '/run/ocits-left')
const bind = { type: 'bind', options: ['bind'] }
const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs' }

/** Mount points of all kinds, in missing folders, too; one of them in a volume. */
async function made(program: string, mounts: readonly object[] = []): Promise<string> {
  const all = [
    proc,
    { destination: '/a/b', source: 'data', ...bind },
    { destination: '/a/b/c/f', source: 'file', ...bind },
  ]
  const path = await make(
    config([], {
      process: { args: [program, 'id'], cwd: '/work/here' },
      root: { path: 'rootfs', readonly: true },
      mounts: [...all, ...mounts] as typeof all,
    }),
  )
  mkdirSync(`${path}/data`)
  writeFileSync(`${path}/file`, '')
  return path
}

/** Paths, types and modes of all files that are new. */
const added = (before: readonly string[], path: string): readonly string[] =>
  listing(path)
    .filter((line) => !before.includes(line))
    .map((line) => line.slice(path.length).split(' '))
    .map(([name = '', , mode = '']) => `${name} ${mode}`)

const points = ['/data/c 40755', '/data/c/f 100644', '/rootfs/a 40755', '/rootfs/a/b 40755']
const places = ['/rootfs/proc 40755', '/rootfs/work 40755', '/rootfs/work/here 40755']
const nodes = ['full', 'null', 'random', 'tty', 'urandom', 'zero'].map((name) => `/rootfs/dev/${name} 20666`)
const links = ['core', 'fd', 'ptmx', 'stderr', 'stdin', 'stdout'].map((name) => `/rootfs/dev/${name} 120777`)

for (const [what, mounts, devices] of [
  ['with a mount on /dev', [dev], []],
  ['without', [], [...nodes, ...links]],
] as const)
  for (const program of ['/probe', '/missing'])
    live(`${what}, ${program}: new mount points stay, and are used the next time`, async () => {
      const path = await made(program, mounts)
      const run = async () => {
        const result = await ocits(['run', '--bundle', path, 'left'])
        if (program === '/probe') succeeded(result)
        else refused(result, '#/process/args/0', 'no such file')
      }
      const before = listing(path)
      await run()
      const expected = [...points, '/rootfs/dev 40755', ...devices, ...places]
      assert.equal(added(before, path).slice().sort(), expected.sort())
      const after = listing(path)
      await run()
      assert.equal(listing(path), after)
    })

test.run()
