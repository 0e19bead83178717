import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon } from '../harness/life.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// `--timeout` ends a program that takes too long, and all its children: SIGTERM, five seconds, SIGKILL, 124. A program that ends in time is
// not affected.

const root = '/run/ocits-timeout'

/** The processes with these words on their command line. */
const running = (words: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words)
      } catch {
        return false
      }
    })

const [shell, sleep, setsid] = ['/usr/bin/sh', '/usr/bin/sleep', '/usr/bin/setsid']

/** The programs of the host, and their libraries, at the paths of the host. */
const programs = ['/usr', '/lib', '/lib64']
  .filter((path) => existsSync(path))
  .map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', 'ro'] }))

/** A waiting container with a shell. */
async function waiting(ocits: Runtime, id: string): Promise<void> {
  const quick = aside(ocits)
  const bundle = await make(config(['trap'], { mounts: [proc, ...programs] }))
  const { out } = await quick(['run', '--detach', '--bundle', bundle, id])
  await says(out, 'ready')
}

async function removed(ocits: Runtime, id: string): Promise<void> {
  succeeded(await aside(ocits)(['delete', '--force', id]))
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'exec: the process and its children are gone, also those in other sessions, and the container is not',
    async (ocits) => {
      await waiting(ocits, 'timed')
      // Each handles SIGTERM and continues; the last one has its own session.
      const script = `trap '' TERM; ${sleep} 4711 & (${setsid} ${shell} -c '${sleep} 4712; :') & ${sleep} 4713; ${sleep} 4714`
      const since = Date.now()
      const { code, stderr } = await ocits(['exec', '--timeout', '500ms', 'timed', shell, '-c', script], {
        limit: 30_000,
      })
      assert.equal([code, stderr], [124, ''])
      assert.ok(Date.now() - since >= 5500, 'the time, and the grace')
      assert.equal(running('sleep 471'), [])
      assert.is(JSON.parse(succeeded(await aside(ocits)(['state', 'timed']))).status, 'running')
      await removed(ocits, 'timed')
    },
    60_000,
  )

  law('exec: a process that ends at SIGTERM needs no grace period; its children are killed', async (ocits) => {
    await waiting(ocits, 'timed')
    // One process ignores it and has its own session, and its parent has ended after the grace period.
    const deaf = `${setsid} ${shell} -c "trap '' TERM; ${sleep} 4721; :"`
    const script = `trap 'exit 0' TERM; ${deaf} & (trap '' TERM; ${sleep} 4722) & ${sleep} 4723 & wait`
    const since = Date.now()
    const { code } = await ocits(['exec', '--timeout', '1s', 'timed', shell, '-c', script], { limit: 20_000 })
    assert.is(code, 124)
    assert.ok(Date.now() - since < 5500, 'not the grace')
    assert.equal(running('sleep 472'), [])
    await removed(ocits, 'timed')
  })

  law(
    'run: the container is gone, also processes outside a pid namespace of its own',
    async (ocits) => {
      const args = ['-c', `${sleep} 4731 & trap 'exit 7' TERM; ${sleep} 4732 & wait`]
      for (const namespaces of [[{ type: 'mount' as const }], [{ type: 'pid' as const }, { type: 'mount' as const }]]) {
        const made = config([], { mounts: [proc, ...programs], linux: { namespaces } })
        const bundle = await make({ ...made, process: { cwd: '/', args: [shell, ...args] } })
        assert.is((await ocits(['run', '--timeout', '1s', '--bundle', bundle, 'timed'], { limit: 20_000 })).code, 124)
        assert.equal(running('sleep 473'), [])
        refused(await aside(ocits)(['state', 'timed']), 'container does not exist')
        assert.is(
          (await ocits(['run', '--keep', '--timeout', '1s', '--bundle', bundle, 'timed'], { limit: 20_000 })).code,
          124,
        )
        assert.equal(running('sleep 473'), [])
        await removed(ocits, 'timed')
      }
    },
    60_000,
  )

  law(
    'run: the first process of a pid namespace that ignores SIGTERM is killed after the grace period',
    async (ocits) => {
      const since = Date.now()
      const bundle = await make(config(['sleep', '30000']))
      assert.is((await ocits(['run', '--timeout', '100ms', '--bundle', bundle, 'timed'], { limit: 30_000 })).code, 124)
      assert.ok(Date.now() - since >= 5100)
      refused(await aside(ocits)(['state', 'timed']), 'container does not exist')
    },
  )

  law('a program that ends in time has its own exit code', async (ocits) => {
    for (const status of [0, 3, 124]) {
      const bundle = await make(config(['exit', String(status)]))
      assert.is((await ocits(['run', '--timeout=1h', '--bundle', bundle, 'timed'])).code, status)
    }
    await waiting(ocits, 'timed')
    assert.is((await ocits(['exec', '--timeout', '2m', 'timed', '/probe', 'exit', '5'])).code, 5)
    const killed = ocits(['exec', '--timeout', '2m', 'timed', '/probe', 'sleep', '30123'])
    const own = () => running('/probe sleep 30123').filter((pid) => !running('--timeout').includes(pid))
    assert.ok(await soon(() => own().length === 1))
    process.kill(own()[0] ?? 0, 'SIGKILL')
    assert.is((await killed).code, 137)
    await removed(ocits, 'timed')
  })

  law('an invalid timeout is an error, and nothing is started', async (ocits) => {
    const bundle = await make(config(['id']))
    const run = (...words: string[]) => aside(ocits)(['run', ...words, '--bundle', bundle, 'timed'])
    refused(
      await ocits(['run', '--timeout', 'soon', '--bundle', bundle, 'timed']),
      'invalid value "soon" for flag -timeout',
    )
    refused(await run('--timeout', '0s'), 'duration timeout must be greater than 0')
    refused(await run('--timeout', '1s', '--detach'), '--timeout goes without --detach')
    await waiting(ocits, 'timed')
    const { code, stderr } = await ocits(['exec', '--timeout', '-1s', 'timed', '/probe', 'id'])
    assert.equal([code, stderr], [255, 'ocits: exec failed: duration timeout must be greater than 0\n'])
    await removed(ocits, 'timed')
  })
}

test.run()
