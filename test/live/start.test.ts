import { existsSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { patience } from '../harness/patience.ts'
import { run } from '../harness/run.ts'

// `start` succeeds once, and only if the program was executed.

const root = '/run/ocits-start'
const ran = '/run/ocits-poststart'
const hook = (script: string) => [{ path: '/bin/sh', args: ['sh', '-c', script] }]
const lines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [])

/** The child of a process, if it is stopped. Before that, strace(1) has children of its own for short times. */
function stopped(pid: number): number | undefined {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
  if (child === undefined || child === '') return undefined
  try {
    return /^\d+ \(.*\) [Tt]/s.test(readFileSync(`/proc/${child}/stat`, 'utf8')) ? Number(child) : undefined
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'of four simultaneous starts one succeeds, and its hooks run once',
    async (ocits) => {
      const bundle = await make(config(['trap'], { hooks: { poststart: hook(`echo ran >>${ran}`) } }))
      for (let round = 0; round < (binding.name === 'ocits' ? 20 : 2); round++) {
        succeeded(await ocits(['create', '--bundle', bundle, 'once']))
        const ends = await Promise.all([1, 2, 3, 4].map(() => ocits(['start', 'once'])))
        const told = ends.map(({ code, stderr }) => `${code} ${stderr}`).join('')
        assert.is(ends.filter(({ code }) => code === 0).length, 1, told)
        for (const { code, stderr } of ends)
          if (code !== 0) assert.match(stderr, 'cannot start an already running container')
        assert.is(lines(ran).length, round + 1)
        succeeded(await ocits(['delete', '--force', 'once']))
      }
      rmSync(ran)
    },
    60_000,
  )

  // A hook inside that runs until it is killed with the init.
  const slow: Changes = { hooks: { startContainer: [{ path: '/probe', args: ['/probe', 'sleep', '30000'] }] } }

  for (const signals of [['KILL'], ['STOP', 'KILL']] as const)
    law(`an init that is killed before it executes its program was not started: ${signals}`, async (ocits) => {
      succeeded(await ocits(['create', '--bundle', await make(config(['id'], slow)), 'killed']))
      const { pid } = await stateOf(ocits, 'killed')
      const starting = ocits(['start', 'killed'])
      assert.ok(await soon(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8') !== ''))
      for (const signal of signals) process.kill(pid, `SIG${signal}`)
      const { code, stderr } = await starting
      assert.is(code, 1)
      assert.match(stderr, /killed before it executed/)
      await reaches(ocits, 'killed', 'stopped')
      succeeded(await ocits(['delete', 'killed']))
    })

  law('nor was that of a run', async (ocits) => {
    const running = ocits(['run', '--bundle', await make(config(['id'], slow)), 'killed'])
    assert.ok(await soon(() => existsSync(`${root}/killed/state.json`)))
    const { pid } = await stateOf(ocits, 'killed')
    assert.ok(pid > 0)
    process.kill(pid, 'SIGKILL')
    const { code, stderr } = await running
    assert.is(code, 1)
    assert.match(stderr, /killed/)
    assert.not.ok(alive(pid))
  })

  law('a silent connection delays nobody', async (ocits) => {
    succeeded(await ocits(['create', '--bundle', await make(config(['trap'])), 'silent']))
    // A command that asks for the state is stopped after it has connected.
    const command = [...aside(ocits).command, 'state', 'silent']
    const silent = run(['strace', '-f', '-o', '/dev/null', '-e', 'inject=connect:signal=SIGSTOP', ...command], {
      limit: 30_000,
    })
    assert.ok(await soon(() => stopped(silent.pid) !== undefined))
    const begin = Date.now()
    succeeded(await ocits(['start', 'silent']))
    assert.ok(Date.now() - begin < 3_000, `${Date.now() - begin} ms`)
    process.kill(stopped(silent.pid) ?? silent.pid, 'SIGKILL')
    await silent
    succeeded(await ocits(['delete', '--force', 'silent']))
  })

  law('a stopped init that accepts no connection does not block the waiting commands', async (ocits) => {
    succeeded(await ocits(['create', '--bundle', await make(config(['id'])), 'still']))
    succeeded(await ocits(['kill', 'still', 'STOP']))
    for (let i = 0; i < 9; i++) await stateOf(aside(ocits), 'still')
    const starting = ocits(['start', 'still'])
    await new Promise((resolve) => setTimeout(resolve, 1_000 * patience()))
    process.kill(starting.pid, 'SIGTERM')
    refused(await starting, 'start')
    succeeded(await ocits(['kill', 'still', 'CONT']))
    succeeded(await ocits(['start', 'still']))
    await reaches(ocits, 'still', 'stopped')
    succeeded(await ocits(['delete', 'still']))
  })

  for (const error of ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'])
    law(`a created container survives a moment without ${error}`, async (ocits) => {
      const inject = [
        '-D',
        '-f',
        '-o',
        '/dev/null',
        '-e',
        'trace=accept4',
        '-e',
        `inject=accept4:error=${error}:when=1`,
      ]
      const bundle = await make(config(['say', 'started']))
      const { out, code } = await run(['strace', ...inject, ...ocits.command, 'create', '--bundle', bundle, 'short'])
      assert.is(code, 0)
      assert.is((await stateOf(ocits, 'short')).status, 'created')
      succeeded(await ocits(['start', 'short']))
      await says(out, 'started')
      await reaches(ocits, 'short', 'stopped')
      succeeded(await ocits(['delete', 'short']))
    })

  for (const [soft, hard] of [
    [3, 1024],
    [4, 4],
    [0, 1024],
  ] as const)
    law(
      `a limit of ${soft} open files (${hard}) is for the program, not for the init that starts it`,
      async (ocits) => {
        const hooks = { startContainer: [{ path: '/probe', args: ['/probe', 'id'] }] }
        const rlimits = [{ type: 'RLIMIT_NOFILE' as const, soft, hard }]
        const bundle = await make(config(['rlimit', 'NOFILE'], { hooks, process: { rlimits } }))
        const { out } = await ocits(['create', '--bundle', bundle, 'few'])
        assert.is((await stateOf(ocits, 'few')).status, 'created')
        succeeded(await ocits(['start', 'few']))
        const line = `rlimit NOFILE: soft ${soft}, hard ${hard}`
        await says(out, line)
        await reaches(ocits, 'few', 'stopped')
        succeeded(await ocits(['delete', 'few']))
        assert.is(succeeded(await ocits(['run', '--bundle', bundle, 'few'])), `${line}\n`)
      },
    )

  law('a poststart hook does not prevent the deletion of the container', async (ocits) => {
    const bundle = await make(config(['trap'], { hooks: { poststart: hook(`echo ran >>${ran}; sleep 3`) } }))
    succeeded(await ocits(['create', '--bundle', bundle, 'hooked']))
    const starting = ocits(['start', 'hooked'])
    assert.ok(await soon(() => lines(ran).length > 0))
    const begin = Date.now()
    succeeded(await ocits(['delete', '--force', 'hooked']))
    assert.ok(Date.now() - begin < 2_500, `${Date.now() - begin} ms`)
    await starting
    rmSync(ran)
  })
}

test.run()
