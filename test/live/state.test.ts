import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, type Runtime, runtime } from '../harness/binding.ts'
import { canary, untouched } from '../harness/canary.ts'
import { alive, reaches, soon, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

// The state folder when it is full, forged, prepared by an attacker, or used by many at once.

const root = '/run/ocits-state'

const law = (name: string, body: (ocits: Runtime) => Promise<void>, limit?: number): void =>
  live(
    name,
    async () => {
      const before = traces(root)
      await untouched(() => body(runtime(binary, root)))
      await unchanged(before, root)
    },
    limit,
  )

/** Runs `body` while the state root is a small tmpfs. */
async function small(options: string, body: () => Promise<void>): Promise<void> {
  mkdirSync(root, { recursive: true, mode: 0o700 })
  await must(['mount', '-t', 'tmpfs', '-o', `mode=700,${options}`, 'small', root])
  try {
    await body()
  } finally {
    await must(['umount', root])
    rmdirSync(root)
  }
}

law('a state root without room is an error at every step', async (ocits) => {
  const bundle = await make(config(['id']))
  // An inode each for the root, the folder and its files; a page for each file.
  for (let inodes = 1; inodes < 8; inodes++)
    await small(`size=64k,nr_inodes=${inodes}`, async () => {
      const before = traces(root)
      const result = await ocits(['create', '--bundle', bundle, 'full'])
      if (result.code === 0) succeeded(await ocits(['delete', 'full']))
      else refused(result, 'no space left on device')
      await unchanged(before, root)
    })
})

law('an existing container can be killed and deleted without any room', async (ocits) => {
  const bundle = await make(config(['trap']))
  await small('size=64k', async () => {
    succeeded(await ocits(['create', '--bundle', bundle, 'full']))
    await run(['dd', 'if=/dev/zero', `of=${root}/filler`, 'bs=4k', 'status=none'])
    succeeded(await ocits(['start', 'full']))
    assert.is((await stateOf(ocits, 'full')).status, 'running')
    succeeded(await ocits(['kill', 'full', 'KILL']))
    await reaches(ocits, 'full', 'stopped')
    succeeded(await ocits(['delete', 'full']))
  })
})

law('a read-only state root is an error', async (ocits) => {
  const bundle = await make(config(['id']))
  await small('ro', async () => {
    refused(await ocits(['create', '--bundle', bundle, 'ro']), 'read-only file system')
    refused(await ocits(['state', 'ro']), 'container does not exist')
    assert.is(succeeded(await ocits(['list', '-q'])), '')
  })
})

law('a record of another process is stopped, and that process is left alone', async (ocits) => {
  const bundle = await make(config(['trap']))
  succeeded(await ocits(['create', '--bundle', bundle, 'forged']))
  const { pid } = await stateOf(ocits, 'forged')
  await sleep(50) // start times are counted in hundredths of a second
  const bystander = spawn('sleep', ['3600'])
  const file = `${root}/forged/state.json`
  const text = readFileSync(file, 'utf8')
  assert.ok(text.includes(`"pid":${pid},`))
  writeFileSync(file, text.replace(`"pid":${pid},`, `"pid":${bystander.pid},`))
  assert.is((await stateOf(ocits, 'forged')).status, 'stopped')
  refused(await ocits(['kill', 'forged', 'KILL']), 'container not running')
  assert.is((await ocits(['delete', '--force', 'forged'])).code, 0)
  assert.ok(alive(bystander.pid ?? 0))
  bystander.kill()
  assert.ok(await soon(() => !alive(bystander.pid ?? 0) && !alive(pid)))
})

law('links of others in the state root are not followed', async (ocits) => {
  const bundle = await make(config(['id']))
  mkdirSync(root, { recursive: true, mode: 0o700 })
  symlinkSync(canary, `${root}/planted`)
  for (const args of [
    ['create', '--bundle', bundle, 'planted'],
    ['start', 'planted'],
    ['kill', 'planted'],
    ['delete', 'planted'],
  ])
    assert.is((await ocits(args)).code, 1)
  await ocits(['delete', '--force', 'planted'])
  await must(['rm', '-f', `${root}/planted`])
})

law('a pid file is never written through a link', async (ocits) => {
  const bundle = await make(config(['id']))
  symlinkSync(`${canary}/file`, `${bundle}/pid`)
  await ocits(['create', '--bundle', bundle, '--pid-file', `${bundle}/pid`, 'linked'])
  await ocits(['delete', '--force', 'linked'])
})

const verbs = (bundle: string) =>
  [
    (id: string) => ['create', '--bundle', bundle, id],
    (id: string) => ['start', id],
    (id: string) => ['state', id],
    (id: string) => ['kill', id, 'KILL'],
    (id: string) => ['delete', id],
    (id: string) => ['delete', '--force', id],
    () => ['list'],
  ] as const

law(
  'whatever many do at once, every answer is sensible and nothing is left',
  async (ocits) => {
    const choices = verbs(await make(config(['trap'])))
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    const worker = async () => {
      for (let i = 0; i < 60; i++) {
        const args = choices[random(choices.length)]?.(`many-${random(2)}`) ?? []
        const { code, signal, stderr } = await ocits(args)
        const where = `${args[0]}: ${code ?? signal} ${stderr}`
        assert.ok(code === 0 || code === 1, where)
        assert.ok(code === 0 ? !stderr.includes('bug') : /^ocits: .*\n$/.test(stderr), where)
        assert.ok(args[0] !== 'list' || code === 0, where)
      }
    }
    await Promise.all(Array.from({ length: 6 }, worker))
    for (const id of ['many-0', 'many-1']) succeeded(await ocits(['delete', '--force', id]))
  },
  60_000,
)

test.run()
