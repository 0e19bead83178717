import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { managed } from '../harness/manager.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'

// sd_notify(3): the process of a container reports that it is ready, and the service manager gets the message.

const root = '/run/ocits-notify'
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]

/** All possible messages of a process; the manager must get only that it is ready. */
const much = 'STATUS=almost\nREADY=1\nMAINPID=1\nFDSTORE=1'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('run: the manager gets that the process is ready, and that it should watch this command', async (ocits) => {
    await managed(async ({ env, hears }) => {
      const made = await make(config(['env', 'notify', 'STATUS=no', 'notify', much, 'notify', 'READY=1', 'exit', '4']))
      const running = ocits(['run', '--bundle', made, 'web'], { env })
      const { code, stdout, stderr } = await running
      assert.is(code, 4, stderr)
      assert.ok(stdout.includes('NOTIFY_SOCKET=/run/notify/notify.sock\n'), stdout)
      assert.ok(stdout.includes('notify /run/notify/notify.sock: ok\n'), stdout)
      await hears(['READY=1', `MAINPID=${running.pid}`])
    })
  })

  law('run --detach returns after the message to the manager, which should watch the init', async (ocits) => {
    await managed(async ({ env, hears }) => {
      const made = await make(config(['sleep', '1', 'notify', much, 'trap']))
      succeeded(await ocits(['run', '--detach', '--bundle', made, 'web'], { env }))
      const { pid } = await stateOf(aside(ocits), 'web')
      await hears(['READY=1', `MAINPID=${pid}`, 'BARRIER=1'])
      succeeded(await aside(ocits)(['delete', '--force', 'web']))
    })
  })

  law('a process that ends without a message has also run', async (ocits) => {
    await managed(async ({ env, hears }) => {
      const made = await make(config(['exit', '0']))
      succeeded(await ocits(['run', '--detach', '--bundle', made, 'web'], { env }))
      await hears([])
      succeeded(await aside(ocits)(['delete', 'web']))
    })
  })

  law(
    'start waits until the process is ready, and others can query and kill the container meanwhile',
    async (ocits) => {
      await managed(async ({ env, hears }) => {
        const quick = aside(ocits)
        const made = await make(config(['ls', '/run/notify', 'trap']))
        const { out } = await ocits(['create', '--bundle', made, 'web'], { env })
        const start = ocits(['start', 'web'], { env })
        await says(out, 'ready')
        await reaches(quick, 'web', 'running')
        assert.ok(readFileSync(out, 'utf8').includes('notify.sock'), readFileSync(out, 'utf8'))
        succeeded(await quick(['kill', 'web', 'KILL']))
        succeeded(await start)
        await hears([])
        succeeded(await quick(['delete', 'web']))
      })
    },
  )

  law(
    'create and start pass the message on for a user in a user namespace; the socket cannot be replaced',
    async (ocits) => {
      await managed(async ({ env, hears }) => {
        const args = ['remove', '/run/notify/notify.sock', 'notify', much, 'trap']
        const namespaces = (['pid', 'mount', 'user'] as const).map((type) => ({ type }))
        const made = await make(
          config(args, {
            process: { user: { uid: 7, gid: 7 } },
            linux: { namespaces, uidMappings: maps, gidMappings: maps },
          }),
        )
        await must(['chown', '-R', '100000:100000', made])
        const { out } = await ocits(['create', '--bundle', made, 'web'], { env })
        succeeded(await ocits(['start', 'web'], { env }))
        const { pid } = await stateOf(aside(ocits), 'web')
        await hears(['READY=1', `MAINPID=${pid}`, 'BARRIER=1'])
        assert.ok(/remove .*: Read-only file system/.test(readFileSync(out, 'utf8')), readFileSync(out, 'utf8'))
        succeeded(await aside(ocits)(['delete', '--force', 'web']))
      }, `@ocits/manager/${process.pid}`)
    },
  )

  law('if the manager has ended, this is a warning, and the container continues', async (ocits) => {
    const made = await make(config(['say', 'begun', 'sleep', '2', 'notify', 'READY=1', 'sleep', '1', 'exit', '4']))
    const { running } = await managed(async ({ env }) => {
      const running = ocits(['run', '--bundle', made, 'web'], { env })
      await says(running.out, 'begun')
      return { running }
    })
    const { code, stdout, stderr } = await running
    assert.is(code, 4, stderr)
    assert.ok(stdout.includes('notify /run/notify/notify.sock: ok'), stdout)
    assert.ok(stderr.includes('ECONNREFUSED (connection refused): NOTIFY_SOCKET names it'), stderr)
  })

  law('a poststart hook runs before ocits waits for the message', async (ocits) => {
    await managed(async ({ env, hears }) => {
      const mark = `/tmp/ocits-poststart.${binding.name}.${process.pid}`
      const poststart = [{ path: '/usr/bin/touch', args: ['touch', mark] }]
      const made = await make(config(['trap'], { hooks: { poststart } }))
      succeeded(await ocits(['create', '--bundle', made, 'web'], { env }))
      const start = ocits(['start', 'web'], { env })
      assert.ok(await soon(() => existsSync(mark)), 'the hook has not run')
      succeeded(await aside(ocits)(['delete', '--force', 'web']))
      succeeded(await start)
      await hears([])
    })
  })

  law('a missing manager is an error of run and start; create does not need one', async (ocits) => {
    const quick = aside(ocits)
    const env = { PATH: process.env.PATH ?? '', NOTIFY_SOCKET: '/tmp/no-manager' }
    const made = await make(config(['trap']))
    const words =
      '/tmp/no-manager: ENOENT (no such file or directory): NOTIFY_SOCKET names it, and there is no such socket'
    refused(await ocits(['run', '--bundle', made, 'web'], { env }), words)
    succeeded(await ocits(['create', '--bundle', made, 'web'], { env }))
    refused(await ocits(['start', 'web'], { env }), words)
    await managed(async (manager) => {
      const start = ocits(['start', 'web'], { env: manager.env })
      await reaches(quick, 'web', 'running')
      succeeded(await quick(['delete', '--force', 'web']))
      succeeded(await start)
    })
  })

  law('a container that was created without a manager starts with a warning', async (ocits) => {
    await managed(async ({ env, hears }) => {
      const made = await make(config(['trap']))
      succeeded(await ocits(['create', '--bundle', made, 'web']))
      const { code, stderr } = await ocits(['start', 'web'], { env })
      assert.is(code, 0, stderr)
      assert.ok(stderr.includes('NOTIFY_SOCKET is set, but the container was created without it'), stderr)
      await hears([])
      succeeded(await aside(ocits)(['delete', '--force', 'web']))
    })
  })
}

test.run()
