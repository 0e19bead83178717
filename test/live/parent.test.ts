import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { asEngine } from '../harness/subreaper.ts'

// An engine, such as conmon or containerd's shim, is the subreaper of the processes that ocits leaves: it waits for them, and gets their status.

const root = '/run/ocits-parent'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('the init of create, and the program of exec --detach, end as children of the subreaper', async (ocits) => {
    const quick = aside(ocits)
    const [init, one] = ['/tmp/ocits-parent-init', '/tmp/ocits-parent-exec']
    const bundle = await make(config(['trap']))
    const create = asEngine('wait', [...ocits.command, 'create', '--pid-file', init, '--bundle', bundle, 'child'])
    await says(create.out, 'command exit 0')
    succeeded(await quick(['start', 'child']))
    await says(create.out, 'ready')
    const words = ['exec', '--detach', '--pid-file', one, 'child', '/probe', 'exit', '7']
    assert.is(
      (await asEngine('wait', [...ocits.command, ...words])).stdout.split('\n').sort().join(' '),
      ` ${[`${readFileSync(one, 'utf8')} exit 7`, 'command exit 0'].sort().join(' ')}`,
    )
    succeeded(await quick(['kill', 'child', 'KILL']))
    assert.match((await create).stdout, new RegExp(`^${readFileSync(init, 'utf8')} signal 9$`, 'm'))
    succeeded(await quick(['delete', 'child']))
  })

  law(
    'delete tells that a process keeps the init from its end, for whose status its parent does not ask',
    async (ocits) => {
      const quick = aside(ocits)
      const file = '/tmp/ocits-parent-zombie'
      const { out } = await quick(['run', '--detach', '--bundle', await make(config(['trap'])), 'kept'])
      await says(out, 'ready')
      const words = ['exec', '--detach', '--pid-file', file, 'kept', '/probe', 'exit', '0']
      const engine = asEngine('idle', [...quick.command, ...words])
      await says(engine.out, 'command exit 0')
      assert.ok(await soon(() => !alive(Number(readFileSync(file, 'utf8')))))
      const deleted = await ocits(['delete', '--force', 'kept'], { limit: 20_000 })
      process.kill(engine.pid, 'SIGKILL')
      await engine
      refused(deleted, 'ETIMEDOUT', 'container init still running', 'its parent')
      await reaches(quick, 'kept', 'stopped')
      succeeded(await quick(['delete', '--force', 'kept']))
    },
    60_000,
  )
}

test.run()
