import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { untouched } from '../harness/canary.ts'
import { reaches, says, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { unchanged } from '../harness/traces.ts'
import { rich, waiting } from './containers.ts'
import { hour, id, ocits, root, sweep, type Trial } from './sweep.ts'

// `kill`, `delete` and `state`, each call failing once. A success is one, and a failure has not done what the command refuses.

const created = (path: string) => async () => void succeeded(await ocits(['create', '--bundle', path, id]))

/** Answers where the process writes to. */
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

// Whole or not at all: nothing is left frozen that was not paused.
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
