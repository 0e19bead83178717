import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { CreateOptions } from '../../src/index.ts'
import { binary, runtime } from '../harness/binding.ts'
import { alive, says, soon } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

// The built library, in this process.

const built = new URL('../../dist/index.js', import.meta.url).href
const ocits: typeof import('../../src/index.ts') = await import(built)
const { create, exec, start, state, list, kill, remove, run, wait, plan, validate, explain } = ocits

const root = '/run/ocits-library'
const command = runtime(binary, root)
const slow = { path: '/bin/sh', args: ['sh', '-c', 'touch begun; exec sleep 3600'], env: ['PATH=/usr/bin:/bin'] }

/** A test that must leave the machine, and the descriptors of this process, unchanged. */
const law = (name: string, body: () => Promise<void>) =>
  live(name, async () => {
    // Node makes its threads and pipes at their first use.
    await run('warm', { root, ...(await into(await make(config(['id'])))) })
    const descriptors = readdirSync('/proc/self/fd').length
    const before = traces(root)
    await body()
    await unchanged(before, root)
    assert.ok(await soon(() => readdirSync('/proc/self/fd').length <= descriptors), 'descriptors')
  })

/** The options for a bundle with its output in a file next to it. */
async function into(bundle: string): Promise<CreateOptions & { readonly out: string }> {
  const out = `${bundle}/out`
  const fds = [openSync('/dev/null', 'r'), openSync(out, 'a'), openSync(out, 'a')]
  opened.push(...fds)
  return { bundle, root, stdio: fds, out }
}
const opened: number[] = []
const closeAll = () => {
  for (const fd of opened.splice(0)) closeSync(fd)
}

/** The failure with which a promise must be rejected. */
async function failure(promise: Promise<unknown>): Promise<Error & Readonly<Record<string, unknown>>> {
  const got = await promise.then(
    (value) => value,
    (error: unknown) => error,
  )
  assert.instance(got, Error)
  return got as Error & Readonly<Record<string, unknown>>
}

law('a container lives through create, start, wait and remove', async () => {
  const options = await into(await make(config(['trap', 'exit', '9'])))
  const { pid } = await create('whole', options)
  assert.is((await state('whole', { root })).status, 'created')
  assert.is((await state('whole', { root })).pid, pid)
  await start('whole', { root })
  await says(options.out, 'ready')
  assert.equal(
    (await list({ root })).map(({ id, status }) => [id, status]),
    [['whole', 'running']],
  )
  await kill('whole', 'USR1', { root })
  await says(options.out, 'got USR1')
  await kill('whole', 15, { root })
  assert.is(await wait('whole', { root }), 9)
  assert.is((await state('whole', { root })).status, 'stopped')
  assert.is(await wait('whole', { root }), 9)
  await remove('whole', { root })
  assert.not.ok(alive(pid))
  closeAll()
})

law('wait reports the end of the container that has the id now', async () => {
  const options = await into(await make(config(['exit', '3'])))
  for (const id of ['again', 'gone']) {
    await create(id, options)
    await start(id, { root })
    assert.is(await wait(id, { root }), 3)
    succeeded(await command(['delete', id]))
  }
  succeeded(await command(['create', '--bundle', await make(config(['trap'])), 'again']))
  const ended = wait('again', { root })
  assert.is(await Promise.race([ended, sleep(50, 'waits')]), 'waits')
  await kill('again', 'KILL', { root })
  await ended.catch(() => undefined) // before Linux 6.15 its status may be unknown
  await remove('again', { root })
  assert.is((await failure(wait('gone', { root }))).code, 'MISSING')
  closeAll()
})

law('run gives the exit status', async () => {
  assert.is(await run('done', await into(await make(config(['exit', '4'])))), 4)
  const shared = config(['raise', 'TERM'], { linux: { namespaces: [{ type: 'mount' }] } })
  assert.is(await run('killed', await into(await make(shared))), 143)
  closeAll()
})

law('failures are of three kinds, with the facts as fields', async () => {
  const bundle = await make(config([], { process: { cwd: 'relative', args: [] } }))
  const spec = await failure(create('wrong', { bundle, root }))
  assert.instance(spec, ocits.SpecFailure)
  const { faults } = spec as unknown as InstanceType<typeof ocits.SpecFailure>
  assert.equal(
    faults.map(({ pointer }) => pointer),
    ['/process/args', '/process/cwd'],
  )
  assert.is(spec.id, 'wrong')
  assert.equal(await validate(bundle), faults)

  const missing = config(['id'], { mounts: [{ destination: '/x', source: '/no/such/source', options: ['bind'] }] })
  const step = await failure(create('wrong', { bundle: await make(missing), root }))
  assert.instance(step, ocits.StepFailure)
  assert.is(step.pointer, '/mounts/0/source')
  assert.is(step.op, 'source')
  assert.is(step.code, 'ENOENT')
  assert.is(step.errno, 2)
  assert.is(step.id, 'wrong')

  for (const [promise, code] of [
    [create('a/b', { bundle, root }), 'ID'],
    [create('x', { bundle: '/no/such/bundle', root }), 'BUNDLE'],
    [state('nobody', { root }), 'MISSING'],
    [start('nobody', { root }), 'MISSING'],
    [kill('nobody', 'TERM', { root }), 'MISSING'],
    [remove('nobody', { root }), 'MISSING'],
  ] as const) {
    const usage = await failure(promise)
    assert.instance(usage, ocits.UsageError)
    assert.is(usage.code, code)
    assert.is(usage.id, { ID: 'a/b', BUNDLE: 'x', MISSING: 'nobody' }[code])
  }
  await remove('nobody', { root, force: true })
})

law('a start that fails gives the reason', async () => {
  const hooks = { startContainer: [{ path: '/probe', args: ['probe', 'exit', '3'] }] }
  await create('unstarted', await into(await make(config(['id'], { hooks }))))
  const step = await failure(start('unstarted', { root }))
  assert.instance(step, ocits.StepFailure)
  assert.is(step.pointer, '/hooks/startContainer/0')
  assert.is(step.id, 'unstarted')
  assert.is(await wait('unstarted', { root }).then((status) => status !== 0), true)
  await remove('unstarted', { root })
  closeAll()
})

law('an abort during create undoes it, and rejects with its reason', async () => {
  const bundle = await make(config(['id'], { hooks: { createRuntime: [slow] } }))
  const controller = new AbortController()
  const creation = failure(create('aborted', { bundle, root, signal: controller.signal }))
  assert.ok(await soon(() => existsSync(`${bundle}/begun`)))
  const reason = new Error('no longer wanted')
  controller.abort(reason)
  assert.is(await creation, reason)
  const before = new AbortController()
  before.abort(reason)
  assert.is(await failure(create('aborted', { bundle, root, signal: before.signal })), reason)
})

law('an abort during a run kills the container and removes it', async () => {
  const options = await into(await make(config(['trap'])))
  const controller = new AbortController()
  const running = failure(run('aborted', { ...options, signal: controller.signal }))
  await says(options.out, 'ready')
  controller.abort()
  assert.is((await running).name, 'AbortError')
  closeAll()
})

law('the event loop continues while a container is made', async () => {
  const go = '/run/ocits-library.go'
  const args = ['sh', '-c', `while [ ! -e ${go} ]; do sleep 0.02; done`]
  const hooks = { createRuntime: [{ path: '/bin/sh', args, env: ['PATH=/bin'] }] }
  let ticks = 0
  const timer = setInterval(() => {
    if (++ticks === 20) writeFileSync(go, '') // the hook waits for this
  }, 10)
  await run('ticking', await into(await make(config(['id'], { hooks }))))
  clearInterval(timer)
  closeAll()
})

law('more at the same time than there are threads', async () => {
  const bundle = await make(config(['exit', '1']))
  const all = Array.from({ length: 40 }, async (_, i) => run(`many-${i}`, await into(bundle)))
  assert.equal(
    await Promise.all(all),
    Array.from({ length: 40 }, () => 1),
  )
  closeAll()
})

law('of twenty creates of one id exactly one succeeds', async () => {
  const bundle = await make(config(['id']))
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => create('raced', { bundle, root })))
  const lost = all.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
  assert.equal(
    lost,
    Array.from({ length: 19 }, () => 'EXISTS'),
  )
  await remove('raced', { root })
})

law('a container changes nothing of this process', async () => {
  const facts = () => [
    process.cwd(),
    process.umask(),
    readFileSync('/proc/self/status', 'utf8').match(/Sig(Blk|Ign|Cgt).*/g),
  ]
  const before = facts()
  await run('unchanged', await into(await make(config(['id'], { process: { cwd: '/new', user: { umask: 0o77 } } }))))
  assert.equal(facts(), before)
  closeAll()
})

law('a plan is data, and text', async () => {
  const steps = await plan(await make(config(['id'])), { root })
  assert.is(steps[0]?.op, 'claim')
  assert.ok(explain(steps).includes('/probe id'))
  assert.equal(JSON.parse(JSON.stringify(steps.map(({ op }) => op))).at(-1), 'exec')
})

law('containers of others are visible, but wait does not work for them', async () => {
  await create('theirs', await into(await make(config(['id']))))
  assert.instance(await failure(wait('nobody', { root })), ocits.UsageError)
  await remove('theirs', { root })
  assert.is((await failure(wait('theirs', { root }))).code, 'MISSING')
  closeAll()
})

law('a second program runs in a container, and its exit status arrives', async () => {
  const options = await into(await make(config(['trap'])))
  await create('host', options)
  await start('host', { root })
  await says(options.out, 'ready')
  const stdio = options.stdio as number[]
  const { pid, exit } = await exec('host', { root, stdio, args: ['/probe', 'say', 'inside', 'exit', '7'] })
  assert.ok(pid > 0)
  assert.is(await exit(), 7)
  await says(options.out, 'inside')
  const one = await exec('host', { root, stdio, process: { args: ['/probe', 'raise', 'KILL'], cwd: '/' } })
  assert.is(await one.exit(), 137)
  const rlimits = [{ type: 'RLIMIT_FSIZE' as const, soft: 2n ** 62n + 1n, hard: 2n ** 63n + 1n }]
  const limited = await exec('host', {
    root,
    stdio,
    process: { args: ['/probe', 'rlimit', 'FSIZE'], cwd: '/', rlimits },
  })
  assert.is(await limited.exit(), 0)
  // Integers that are too large for a double arrive unchanged.
  await says(options.out, 'rlimit FSIZE: soft 4611686018427387905, hard 9223372036854775809')
  const missing = await failure(exec('host', { root, stdio, process: { args: ['nothing'], cwd: '/' } }))
  assert.is(missing.pointer, 'process.json#/args/0')
  assert.is(missing.code, 'ENOENT')
  assert.is(missing.id, 'host')
  assert.is((await failure(exec('none', { root, args: ['/probe'] }))).code, 'MISSING')
  await remove('host', { root, force: true })
  closeAll()
})

law('several removals remove the leftovers of another one at the same time, and none of them fails', async () => {
  for (const number of Array(8).keys()) mkdirSync(`${root}/.del-left-${number}`, { recursive: true, mode: 0o700 })
  await Promise.all(Array.from({ length: 8 }, () => remove('none', { root, force: true })))
  assert.equal(
    readdirSync(root).filter((name) => name.startsWith('.del-')),
    [],
  )
})

test.run()
