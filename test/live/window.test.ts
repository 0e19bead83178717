import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings, runtime } from '../harness/binding.ts'
import { soon } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-window'

/** A container whose creation takes as long as the file is missing. */
async function slow(name: string) {
  const begun = `/tmp/${name}.begun`
  const go = `/tmp/${name}.go`
  const script = `: >${begun}; while [ ! -e ${go} ]; do sleep 0.02; done`
  const createRuntime = [{ path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/bin:/usr/bin'], timeout: 3600 }]
  return { bundle: await make(config(['say', 'here'], { hooks: { createRuntime } })), begun, go }
}

for (const binding of bindings) {
  for (const name of ['WINCH', 'CONT'] as const)
    live(`${binding.name}: SIG${name} ends nothing while a container is made`, async () => {
      const { bundle, begun, go } = await slow(`${binding.name}-${name}`)
      const running = runtime(binding, root)(['run', '--bundle', bundle, 'resized'])
      assert.ok(await soon(() => existsSync(begun)))
      process.kill(running.pid, `SIG${name}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
      writeFileSync(go, '')
      const { code, stdout, stderr } = await running
      assert.is(stderr, '')
      assert.is(stdout, 'here\n')
      assert.is(code, 0)
    })

  live(`${binding.name}: SIGTERM undoes a container that is being made`, async () => {
    const before = traces(root)
    const { bundle, begun } = await slow(`${binding.name}-TERM`)
    const running = runtime(binding, root)(['run', '--bundle', bundle, 'ended'])
    assert.ok(await soon(() => existsSync(begun)))
    process.kill(running.pid, 'SIGTERM')
    assert.is((await running).code, 1)
    await unchanged(before, root)
  })
}

test.run()
