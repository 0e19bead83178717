import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'

const root = '/run/ocits-foreground'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('run ends with the exit code of the process', async (ocits) => {
    for (const code of [0, 7, 255])
      assert.is((await ocits(['run', '--bundle', await make(config(['exit', String(code)])), 'ended'])).code, code)
  })

  law('run ends with 128 + N if a signal killed the process', async (ocits) => {
    // In a pid namespace the process would have pid 1, and its own signals do not kill it.
    const shared = await make(config(['raise', 'TERM'], { linux: { namespaces: [{ type: 'mount' }] } }))
    assert.is((await ocits(['run', '--bundle', shared, 'ended'])).code, 143)
    const running = ocits(['run', '--bundle', await make(config(['say', 'here', 'sleep', '3600'])), 'ended'])
    await says(running.out, 'here')
    succeeded(await ocits(['kill', 'ended', 'KILL']))
    assert.is((await running).code, 137)
  })

  law('run forwards signals', async (ocits) => {
    const bundle = await make(config(['trap', 'exit', '3']))
    const running = ocits(['run', '--bundle', bundle, 'told'])
    await says(running.out, 'ready')
    for (const name of ['USR1', 'HUP', 'INT', 'WINCH'] as const) {
      process.kill(running.pid, `SIG${name}`)
      await says(running.out, `got ${name}`)
    }
    process.kill(running.pid, 'SIGTERM')
    assert.is((await running).code, 3)
  })

  // execve(2) itself says so, after all that could be checked before.
  law('run and exec that detach report a file that the kernel does not execute, and leave nothing', async (ocits) => {
    const bundle = await make(config(['trap']))
    writeFileSync(`${bundle}/rootfs/broken`, 'no program\n', { mode: 0o755 })
    const other = await make(config([], { process: { args: ['/broken'] } }))
    writeFileSync(`${other}/rootfs/broken`, 'no program\n', { mode: 0o755 })
    refused(await ocits(['run', '--detach', '--bundle', other, 'web']), 'exec /broken: exec format error')
    assert.not(existsSync(`${root}/web`))
    succeeded(await ocits(['run', '--detach', '--bundle', bundle, 'web']))
    const { code, stderr } = await ocits(['exec', '--detach', 'web', '/broken'])
    assert.is(code, 255)
    assert.match(stderr, 'exec /broken: exec format error')
    succeeded(await ocits(['delete', '--force', 'web']))
  })

  law('run --keep leaves the stopped container, run --detach does not wait', async (ocits) => {
    const bundle = await make(config(['exit', '5']))
    assert.is((await ocits(['run', '--keep', '--bundle', bundle, 'kept'])).code, 5)
    assert.is((await stateOf(ocits, 'kept')).status, 'stopped')
    succeeded(await ocits(['delete', 'kept']))
    succeeded(await ocits(['run', '--detach', '--bundle', await make(config(['trap'])), 'left']))
    assert.is((await stateOf(ocits, 'left')).status, 'running')
    succeeded(await ocits(['delete', '--force', 'left']))
  })

  law('stdin, stdout and stderr are the caller’s', async (ocits) => {
    const bundle = await make(config(['read', '/proc/self/fd/0', 'misused']))
    writeFileSync(`${bundle}/input`, 'from outside\n')
    const { code, stdout, stderr } = await ocits(['run', '--bundle', bundle, 'piped'], { stdin: `${bundle}/input` })
    assert.is(stdout, '/proc/self/fd/0: from outside\n')
    assert.is(stderr, 'probe: misused?\n')
    assert.is(code, 2)
  })

  for (const closed of ['<&-', '>&-', '2>&-', '<&- >&-', '<&- >&- 2>&-'])
    law(`with ${closed} the process has /dev/null there, and no other file`, async (ocits) => {
      const told = await make(config(['fds']))
      const command = [...ocits.command, 'run', '--bundle', told, 'closed']
      const { code, stdout } = await run(['/bin/sh', '-c', `exec "$@" ${closed}`, 'sh', ...command])
      assert.is(code, 0)
      if (!closed.includes('>&-') || closed === '2>&-') assert.ok(stdout.startsWith('fds 0 1 2\n'), stdout)
      for (const verb of ['state', 'start']) {
        const missing = [...aside(ocits).command, verb, 'closed']
        assert.is((await run(['/bin/sh', '-c', `exec "$@" ${closed}`, 'sh', ...missing])).code, 1)
      }
    })

  law('a full or closed stdout is an error, and does not block', async (ocits) => {
    succeeded(await ocits(['create', '--bundle', await make(config(['id'])), 'full']))
    const state = [...ocits.command, 'state', 'full']
    assert.is.not((await run(['/bin/sh', '-c', 'exec "$@" >/dev/full', 'sh', ...state])).code, 0)
    await run(['/bin/sh', '-c', '"$@" | true', 'sh', ...state])
    succeeded(await ocits(['delete', 'full']))
  })

  // The runtime waits for its own hooks; for a hook of the container the init waits, and the runtime waits for the init.
  for (const kind of ['createRuntime', 'createContainer'] as const)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      law(`${signal} during create, in ${kind}, undoes it`, async (ocits) => {
        const begun = `/run/ocits-begun-${kind}-${signal}-${binding.name}`
        const script = `touch ${begun}; exec sleep 3600`
        const slow = { path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'] }
        const bundle = await make(config(['id'], { hooks: { [kind]: [slow] } }))
        const creation = ocits(['create', '--bundle', bundle, 'broken'])
        assert.ok(await soon(() => existsSync(begun)))
        process.kill(creation.pid, signal)
        refused(await creation, 'canceled')
      })

  law('with few descriptors a run succeeds or fails, and never blocks', async (ocits) => {
    const bundle = await make(config(['fds']))
    for (const limit of [8, 12, 16, 24, 64]) {
      const command = [...ocits.command, 'run', '--bundle', bundle, 'narrow']
      const { code, stdout } = await run(['/bin/sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh', ...command])
      if (code === 0) assert.is(stdout, 'fds 0 1 2\n')
    }
  })

  law('the environment is that of the config, whatever the caller has', async (ocits) => {
    const bundle = await make(config(['env', 'signals'], { process: { env: ['A=b'] } }))
    for (const name of ['.env', 'package.json', 'bunfig.toml', 'ocits.json']) writeFileSync(`${bundle}/${name}`, 'A=c')
    const env = { PATH: process.env.PATH ?? '', A: 'z', LD_PRELOAD: '/no.so', HOME: '/x', OCITS: 'x', TERM: 'x' }
    const { stdout } = await ocits(['run', '--bundle', bundle, 'bare'], { env, cwd: bundle })
    assert.is(stdout, 'env A=b\nenv HOME=/\nsignals not as they should be:\n')
    assert.is(readFileSync(`${bundle}/.env`, 'utf8'), 'A=c')
  })
}

test.run()
