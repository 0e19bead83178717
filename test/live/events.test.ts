import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { hasController, hierarchies, isOnV1 } from '../harness/cgroups.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says, soon } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// `events` prints the usage of a container in runc's format, and each kill for memory in it; it ends when the container does.

const root = '/run/ocits-events'
const mebibyte = 1024 * 1024

type Stats = {
  readonly cpu: { readonly usage: { readonly total: number; readonly user: number }; readonly psi?: object }
  readonly memory: {
    readonly usage: { readonly limit: number; readonly usage: number; readonly max: number }
    readonly raw: Readonly<Record<string, number>>
  }
  readonly pids: { readonly current: number; readonly limit?: number }
}
type Event = { readonly type: 'stats' | 'oom'; readonly id: string; readonly data?: Stats }

const eventsIn = (text: string): Event[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

async function started(ocits: Runtime, id: string, args: readonly string[]): Promise<string> {
  const quick = aside(ocits)
  const resources = { memory: { limit: 32 * mebibyte, swap: 32 * mebibyte }, pids: { limit: 20 } }
  const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }], resources }
  const { out } = await quick(['create', '--bundle', await make(config(args, { linux })), id])
  succeeded(await quick(['start', id]))
  return out
}

async function ended(ocits: Runtime, id: string): Promise<void> {
  const quick = aside(ocits)
  succeeded(await quick(['kill', id, 'KILL']))
  await reaches(ocits, id, 'stopped')
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  if (!hasController('memory') || !hasController('pids')) skipped('events', 'there is no controller of memory and pids')
  else {
    law('events --stats prints the usage of a container once', async (ocits) => {
      const quick = aside(ocits)
      await says(await started(ocits, 'used', ['eat', '8', 'trap']), 'ready')
      const stats = async (): Promise<Stats> => {
        const [event, ...more] = eventsIn(succeeded(await ocits(['events', '--stats', 'used'])))
        assert.equal([event?.type, event?.id, more], ['stats', 'used', []])
        return event?.data as Stats
      }
      const first = await stats()
      assert.equal(first.pids, { current: 1, limit: 20 })
      assert.is(first.memory.usage.limit, 32 * mebibyte)
      assert.ok(first.memory.usage.usage > 8 * mebibyte && first.memory.usage.usage < 32 * mebibyte)
      assert.ok(first.memory.usage.max >= first.memory.usage.usage)
      assert.ok((first.memory.raw[isOnV1('memory') ? 'rss' : 'anon'] ?? 0) >= 8 * mebibyte)
      assert.ok(first.cpu.usage.total > 0)
      assert.is(first.cpu.psi !== undefined, existsSync('/proc/pressure/cpu'))
      succeeded(await quick(['exec', 'used', '/probe', 'eat', '16']))
      const second = await stats()
      assert.ok(second.cpu.usage.total > first.cpu.usage.total + 1_000_000, 'a millisecond for 4096 pages')
      assert.ok(second.memory.usage.max > 24 * mebibyte)
      await ended(ocits, 'used')
      refused(await ocits(['events', '--stats', 'used']), 'container with id used is not running')
      succeeded(await quick(['delete', 'used']))
    })

    law('events continues with a sample per interval, and ends with the container', async (ocits) => {
      const quick = aside(ocits)
      succeeded(await quick(['create', '--bundle', await make(config(['trap'])), 'followed']))
      const following = ocits(['events', '--interval', '100ms', 'followed'], { limit: 20_000 })
      const lines = () => eventsIn(readFileSync(following.out, 'utf8')).length
      assert.ok(await soon(() => lines() >= 3))
      succeeded(await quick(['start', 'followed']))
      await ended(ocits, 'followed')
      const told = eventsIn(succeeded(await following))
      assert.ok(told.every(({ type, id, data }) => type === 'stats' && id === 'followed' && data !== undefined))
      succeeded(await quick(['delete', 'followed']))
    })

    law('events reports each process that is killed for memory, including the last one', async (ocits) => {
      const quick = aside(ocits)
      await says(await started(ocits, 'greedy', ['trap']), 'ready')
      const following = ocits(['events', '--interval', '1h', 'greedy'], { limit: 30_000 })
      const told = () => readFileSync(following.out, 'utf8')
      // Now it certainly listens; it does not report earlier events.
      await new Promise((resolve) => setTimeout(resolve, 2000))
      for (const times of [1, 2]) {
        assert.is((await quick(['exec', 'greedy', '/probe', 'eat', '64'])).code, 137)
        assert.ok(await soon(() => told().length >= times * 29), told())
        assert.is(told(), '{"type":"oom","id":"greedy"}\n'.repeat(times))
      }
      await ended(ocits, 'greedy')
      assert.is(succeeded(await following), '{"type":"oom","id":"greedy"}\n'.repeat(2))
      succeeded(await quick(['delete', 'greedy']))

      const limits = { memory: { limit: 16 * mebibyte, swap: 16 * mebibyte } }
      const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }], resources: limits }
      succeeded(await quick(['create', '--bundle', await make(config(['eat', '64'], { linux })), 'greedy']))
      const last = ocits(['events', '--interval', '1h', 'greedy'], { limit: 30_000 })
      await new Promise((resolve) => setTimeout(resolve, 2000))
      succeeded(await quick(['start', 'greedy']))
      assert.is(succeeded(await last), '{"type":"oom","id":"greedy"}\n')
      succeeded(await quick(['delete', 'greedy']))
    })
  }

  const name = 'a signal ends events, also immediately after a notice of the kernel that memory is short'
  // Node handles signals itself. Only cgroup v1 gives notice before it kills, and can make processes wait.
  if (binding.name === 'node' || !isOnV1('memory')) skipped(`${binding.name}: ${name}`, 'no cgroup v1, or Node')
  else
    law(name, async (ocits) => {
      const memory = { limit: 16 * mebibyte, swap: 16 * mebibyte, disableOOMKiller: true }
      const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }], resources: { memory } }
      succeeded(await ocits(['create', '--bundle', await make(config(['eat', '64'], { linux })), 'short']))
      const following = ocits(['events', '--interval', '50ms', 'short'], { limit: 5_000 })
      assert.ok(await soon(() => readFileSync(following.out, 'utf8') !== ''))
      succeeded(await ocits(['start', 'short']))
      const file = hierarchies.map((top) => `${top}/short/memory.oom_control`).find((path) => existsSync(path)) ?? ''
      while (!readFileSync(file, 'utf8').includes('under_oom 1')) await sleep(5)
      await sleep(50)
      process.kill(following.pid, 'SIGTERM')
      assert.is((await following).code, 0)
      succeeded(await ocits(['delete', '--force', 'short']))
    })

  law('events of a container that it cannot measure is an error', async (ocits) => {
    const quick = aside(ocits)
    refused(await ocits(['events', 'none']), 'container does not exist: none')
    const bundle = await make(config(['id']))
    succeeded(await quick(['create', '--bundle', bundle, 'asked']))
    refused(await ocits(['events', '--interval', '0s', 'asked']), 'duration interval must be greater than 0')
    refused(
      await quick(['events', '--interval', 'soon', 'asked']),
      'invalid value "soon" for flag -interval: parse error',
    )
    succeeded(await quick(['delete', '--force', 'asked']))
    succeeded(await quick(['--cgroup-manager', 'disabled', 'create', '--bundle', bundle, 'asked']))
    refused(await quick(['events', 'asked']), 'cannot tell what container asked uses: it has no cgroup that counts it')
    succeeded(await quick(['delete', '--force', 'asked']))
  })

  law('events ends without a message when it is terminated', async (ocits) => {
    const quick = aside(ocits)
    succeeded(await quick(['create', '--bundle', await make(config(['id'])), 'watched']))
    // With 1ms the next sample is due before one is printed.
    for (const interval of ['50ms', '1ms']) {
      const following = ocits(['events', '--interval', interval, 'watched'], { limit: 5_000 })
      assert.ok(await soon(() => readFileSync(following.out, 'utf8') !== ''))
      process.kill(following.pid, 'SIGTERM')
      const { code, signal, stderr } = await following
      assert.equal([code ?? signal, stderr], [binding.name === 'node' ? 'SIGTERM' : 0, ''])
    }
    succeeded(await quick(['delete', '--force', 'watched']))
  })
}

test.run()
