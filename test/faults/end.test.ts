import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { untouched } from '../harness/canary.ts'
import { hierarchies } from '../harness/cgroups.ts'
import { reaches, says, stateOf } from '../harness/life.ts'
import { live, skipped } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { unchanged } from '../harness/traces.ts'
import { rich, waiting } from './containers.ts'
import { hour, id, ocits, root, sweep, type Trial } from './sweep.ts'

// `kill`, `delete` and `state`, with each call failing once. A success is complete, and a failure has done nothing that the command
// refuses.

const created = (path: string) => async () => void succeeded(await ocits(['create', '--bundle', path, id]))

/** Returns the path of the process's output. */
async function running(path: string): Promise<string> {
  const result = await ocits(['create', '--bundle', path, id])
  succeeded(result)
  succeeded(await ocits(['start', id]))
  await says(result.out, 'ready')
  return result.out
}

const law = (name: string, count: number, trial: (path: string) => Trial, make = () => waiting()) =>
  live(name, () => untouched(async () => sweep(trial(await make()), count)), hour)

const killed: Trial['judge'] = async ({ code }) => {
  if (code === 0) await reaches(ocits, id, 'stopped')
}

for (const words of [['kill'], ['kill', '--all']])
  law(words.join(' '), 15, (path) => ({
    command: [...ocits.command, ...words, id, 'KILL'],
    prepare: async () => void (await running(path)),
    judge: killed,
  }))

law('kill USR1', 10, (path) => {
  let out = ''
  return {
    command: [...ocits.command, 'kill', id, 'USR1'],
    prepare: async () => {
      out = await running(path)
    },
    judge: async ({ code }) => {
      if (code === 0) await says(out, 'got USR1')
      else assert.is((await stateOf(ocits, id)).status, 'running')
    },
  }
})

const gone: Trial['judge'] = async ({ code }, _, before) => {
  if (code !== 0) return
  assert.equal(readdirSync(root), [])
  await unchanged(before, root)
}

law(
  'delete of a created container',
  25,
  (path) => ({ command: [...ocits.command, 'delete', id], prepare: created(path), judge: gone }),
  rich,
)

law('delete --force of a running container', 25, (path) => ({
  command: [...ocits.command, 'delete', '--force', id],
  prepare: async () => void (await running(path)),
  judge: gone,
}))

law('delete of a running container is refused', 15, (path) => {
  let out = ''
  return {
    command: [...ocits.command, 'delete', id],
    prepare: async () => {
      out = await running(path)
    },
    judge: async ({ code }) => {
      assert.is(code, 1)
      succeeded(await ocits(['kill', id, 'USR1']))
      await says(out, 'got USR1')
    },
  }
})

// A pause is complete or undone: nothing stays frozen that is not paused.
for (const [verb, from, to] of [
  ['pause', 'running', 'paused'],
  ['resume', 'paused', 'running'],
] as const)
  law(verb, 12, (path) => ({
    command: [...ocits.command, verb, id],
    prepare: async () => {
      await running(path)
      if (from === 'paused') succeeded(await ocits(['pause', id]))
    },
    judge: async ({ code }) => {
      const { status } = await stateOf(ocits, id)
      if (code === 0) assert.is(status, to)
      else assert.ok(status === from || (verb === 'resume' && status === to), `${verb} failed, and it is ${status}`)
    },
  }))

// After a failed update all limits are new, or all are old.
const limits = ['memory.limit_in_bytes', 'pids.max', 'cpu.shares'].map(
  (file) => `${hierarchies.find((top) => top.endsWith(`/${file.split('.')[0]}`))}/${id}/${file}`,
)
const held = () => limits.map((file) => readFileSync(file, 'utf8').trim()).join(' ')

if (!limits[0]?.startsWith('/')) skipped('update', 'the files are those of cgroup v1')
else
  law(
    'update',
    20,
    (path) => {
      let before = ''
      return {
        command: [...ocits.command, 'update', '--pids-limit', '40', '--memory', '64m', '--cpu-share', '512', id],
        prepare: async () => {
          await running(path)
          before = held()
        },
        judge: ({ code }) => {
          const after = '67108864 40 512'
          assert.ok(held() === after || (code !== 0 && held() === before), `exit ${code}: ${held()}`)
        },
      }
    },
    () => waiting(`/${id}`),
  )

for (const status of ['created', 'running'] as const)
  law(`state of a ${status} container`, 12, (path) => ({
    command: [...ocits.command, 'state', id],
    prepare: async () => void (status === 'created' ? await created(path)() : await running(path)),
    judge: ({ code, stdout, out }) => {
      if (code === 0) assert.is(JSON.parse(readFileSync(out, 'utf8')).status, status)
      else assert.is(stdout, '')
    },
  }))

test.run()
