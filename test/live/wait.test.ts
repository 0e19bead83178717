import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ending, wait } from '../../src/index.ts'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { hasController } from '../harness/cgroups.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, soon, stateOf } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// A process that waits for a container of another process gets its exit status: the parent of the init has ended, and another process reaps
// it.

const root = '/run/ocits-wait'

async function created(ocits: Runtime, id: string, args: readonly string[], changes: Changes = {}): Promise<void> {
  succeeded(await aside(ocits)(['create', '--bundle', await make(config(args, changes)), id]))
}

/** Starts a wait, and starts the container as soon as the command certainly waits. */
async function waitedFor(ocits: Runtime, id: string, words: readonly string[] = []): Promise<string> {
  const waiting = ocits(['wait', ...words, id])
  await new Promise((resolve) => setTimeout(resolve, 2000))
  succeeded(await aside(ocits)(['start', id]))
  return succeeded(await waiting)
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('wait prints the exit status of a container that another process made, and state keeps it', async (ocits) => {
    const quick = aside(ocits)
    for (const status of [0, 3, 255]) {
      await created(ocits, 'waited', ['exit', String(status)])
      assert.is(await waitedFor(ocits, 'waited'), `exit status ${status}\n`)
      await reaches(ocits, 'waited', 'stopped')
      const { ending: kept } = (await stateOf(ocits, 'waited')) as unknown as { ending: { exitStatus: number } }
      assert.is(kept.exitStatus, status)
      const told = JSON.parse(succeeded(await quick(['wait', '--json', 'waited'])))
      assert.is(told.exitStatus, status)
      assert.match(told.ended, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      succeeded(await quick(['delete', 'waited']))
      assert.not(existsSync(`${root}/waited`))
    }
  })

  law('wait prints the signal, while others kill and wait, too', async (ocits) => {
    const quick = aside(ocits)
    await created(ocits, 'killed', ['sleep', '30000'])
    succeeded(await quick(['start', 'killed']))
    const waiting = [ocits(['wait', 'killed']), quick(['wait', '--json', 'killed'])]
    await new Promise((resolve) => setTimeout(resolve, 2000))
    succeeded(await quick(['kill', 'killed', 'KILL']))
    const [plain, json] = await Promise.all(waiting)
    assert.is(plain === undefined ? '' : succeeded(plain), 'signal SIGKILL\n')
    const { ended, ...told } = JSON.parse(json === undefined ? '' : succeeded(json))
    assert.equal(told, { id: 'killed', exitStatus: 137, signal: 'SIGKILL', coreDumped: false, oomKilled: false })
    succeeded(await quick(['delete', 'killed']))
  })

  law('the result of a container without a wait is unknown, with the reason', async (ocits) => {
    const quick = aside(ocits)
    refused(await ocits(['wait', 'late']), 'container does not exist: late')
    await created(ocits, 'late', ['exit', '4'])
    succeeded(await quick(['start', 'late']))
    await reaches(ocits, 'late', 'stopped')
    assert.ok(await soon(async () => (await quick(['wait', 'late'])).stdout.startsWith('unknown')))
    assert.is(succeeded(await ocits(['wait', 'late'])), 'unknown: it had ended before anybody waited\n')
    succeeded(await quick(['delete', 'late']))
  })

  if (!hasController('memory')) skipped('out of memory', 'there is no controller of memory')
  else
    law('wait reports a container that was killed for memory', async (ocits) => {
      const quick = aside(ocits)
      await created(ocits, 'greedy', ['eat', '64'], {
        linux: {
          namespaces: [{ type: 'pid' }, { type: 'mount' }],
          resources: { memory: { limit: 16 * 1024 * 1024, swap: 16 * 1024 * 1024 } },
        },
      })
      assert.is(await waitedFor(ocits, 'greedy'), 'signal SIGKILL, out of memory\n')
      succeeded(await quick(['delete', 'greedy']))
    })
}

const law = lawsOf(bindings[0] ?? { name: 'ocits', command: [] }, root)

law('the library waits for containers of other processes', async (ocits) => {
  const quick = aside(ocits)
  await created(ocits, 'lent', ['exit', '7'])
  const [status, told] = [wait('lent', { root }), ending('lent', { root })]
  await new Promise((resolve) => setTimeout(resolve, 500))
  succeeded(await quick(['start', 'lent']))
  assert.is(await status, 7)
  assert.is((await told).exitStatus, 7)
  assert.is(await wait('lent', { root }), 7)
  succeeded(await quick(['delete', 'lent']))
})

test.run()
