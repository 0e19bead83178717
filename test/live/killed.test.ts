import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { bundle } from '../harness/bundle.ts'
import { soon, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { befallen, type Call, points, sample, traced } from '../harness/strace.ts'
import { traces, unchanged } from '../harness/traces.ts'

// A SIGKILL of ocits at any moment leaves something that `delete --force` removes whole.

const root = '/run/ocits-killed'
const ocits = runtime(binary, root)
const before = traces(root)

/** Whatever has happened: state makes sense, list works, and delete --force removes all of it. */
async function removable(where: string): Promise<void> {
  // An init that was just born holds the lock of its dead parent until it execs.
  const settled = await soon(async () => {
    const { code, stdout, stderr } = await ocits(['state', 'victim'])
    if (code !== 0) assert.ok(stderr.includes('container does not exist'), `${where}: ${stderr}`)
    return code !== 0 || ['created', 'running', 'stopped'].includes(JSON.parse(stdout).status)
  })
  assert.ok(settled, `${where}: still creating`)
  assert.is((await ocits(['list'])).code, 0, where)
  const deleted = await ocits(['delete', '--force', 'victim'])
  assert.is(deleted.code, 0, `${where}: ${deleted.stderr}`)
  await unchanged(before, root)
}

/** Kills each command of a container's life at many places; `prepare` brings the container to where the command begins. */
async function sweep(args: readonly string[], prepare: () => Promise<void>): Promise<void> {
  await prepare()
  const command = [...ocits.command, ...args]
  const [calls] = (await traced(command, false)).processes
  await removable('untouched')
  const all = points(calls ?? [])
  assert.ok(all.length > 20, `${all.length} calls`)
  let killed = 0
  for (const point of sample(all, 50)) {
    await prepare()
    const { signal } = await befallen(command, point, 'signal=SIGKILL', false)
    if (signal === 'SIGKILL') killed++
    await removable(`${args[0]} killed at ${point.name} ${point.nth}`)
  }
  assert.ok(killed > 20, `${killed} of ${all.length}`)
}

/** What comes after a process's last execve is the container's program. */
const ours = (calls: readonly Call[]) => calls.slice(0, calls.map(({ name }) => name).lastIndexOf('execve'))

const nothing = async () => undefined
const created = async (path: string) => void succeeded(await ocits(['create', '--bundle', path, 'victim']))

live(
  'create, killed anywhere',
  async () => {
    const { path } = await bundle('default')
    await sweep(['create', '--bundle', path, 'victim'], nothing)
  },
  process.env.ALL === '1' ? 600_000 : 120_000,
)

live(
  'start, killed anywhere',
  async () => {
    const path = await make(config(['trap']))
    await sweep(['start', 'victim'], () => created(path))
  },
  process.env.ALL === '1' ? 600_000 : 120_000,
)

live(
  'delete, killed anywhere',
  async () => {
    const path = await make(config(['id']))
    await sweep(['delete', '--force', 'victim'], () => created(path))
  },
  process.env.ALL === '1' ? 600_000 : 120_000,
)

live(
  'the init, killed or failed anywhere: run undoes what it did, and never runs half a container',
  async () => {
    const { path } = await bundle('default')
    const command = [...ocits.command, 'run', '--bundle', path, 'victim']
    succeeded(await run(command)) // makes the mount points that the image lacks: the calls are the same from now on
    const { result, processes } = await traced(command, true)
    const [parent, ...others] = processes
    const own = new Set(points(parent ?? []).map(({ name, nth }) => `${name} ${nth}`))
    // Places that the parent does not have: only the init is hit there.
    const theirs = others.flatMap((calls) => points(ours(calls))).filter(({ name, nth }) => !own.has(`${name} ${nth}`))
    assert.ok(theirs.length > 50, `${theirs.length} places`)
    for (const [what, places] of [
      ['signal=SIGKILL', theirs],
      ['error=EIO', theirs],
    ] as const)
      for (const point of sample(places, 50)) {
        const { code, signal, stdout, stderr } = await befallen(command, point, what, true)
        const where = `${what} at ${point.name} ${point.nth}: ${code ?? signal} ${stderr}`
        // The parent may differ by a call from run to run, and have been hit instead.
        if (signal !== null) await removable(where)
        else if (code === 0) assert.is(stdout, result.stdout, where)
        // Killed in its last step it is the process that was killed.
        else if (code !== 137 || what !== 'signal=SIGKILL') assert.match(stderr, /^ocits: .*\n$/, where)
        await unchanged(before, root)
      }
  },
  process.env.ALL === '1' ? 900_000 : 180_000,
)

live(
  'what the process is given when a call fails is what the config says, or there is none',
  async () => {
    // The home is that of the image's passwd; umask, mask and dispositions are what a login gives.
    const path = await make(config(['umask', 'signals', 'env', 'exit', '7'], { process: { user: { umask: 0o27 } } }))
    mkdirSync(`${path}/rootfs/etc`)
    writeFileSync(`${path}/rootfs/etc/passwd`, 'root:x:0:0::/srv/home:/bin/sh\n')
    const command = [...ocits.command, 'run', '--bundle', path, 'victim']
    const { result, processes } = await traced(command, true)
    assert.match(result.stdout, /^umask 0027\nsignals not as they should be:\n[\s\S]*HOME=\/srv\/home\n/)
    const names = ['umask', 'rt_sigprocmask', 'openat2', 'read']
    const most = (name: string) =>
      Math.max(...processes.map((calls) => ours(calls).filter((call) => call.name === name).length))
    for (const name of names)
      for (let nth = 1; nth <= most(name); nth++) {
        const { code, stdout, stderr } = await befallen(command, { name, nth }, 'error=EIO', true)
        const where = `${name} ${nth}: ${stderr}`
        if (code === 7) assert.is(stdout, result.stdout, where)
        else assert.match(stderr, /^ocits: .*\n$/, where)
        await unchanged(before, root)
      }
  },
  120_000,
)

live('a start whose init cannot set its signals is an error', async () => {
  const path = await make(config(['signals']))
  // Each by itself, and in the init alone: the parent makes the same calls in other numbers.
  for (const [name, nth] of [
    ['rt_sigprocmask', 1],
    ['rt_sigaction', 1],
    ['rt_sigaction', 64],
  ] as const) {
    await created(path)
    const { pid } = await stateOf(ocits, 'victim')
    const inject = ['-e', `trace=${name}`, '-e', `inject=${name}:error=EIO:when=${nth}`]
    const watched = run(['strace', '-qq', '-o', '/dev/null', ...inject, '-p', String(pid)], { limit: 20_000 })
    assert.ok(await soon(() => !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))))
    refused(await ocits(['start', 'victim']), 'clean descriptors and signals: EIO')
    await watched
    succeeded(await ocits(['delete', '--force', 'victim']))
    await unchanged(before, root)
  }
})

for (const signal of ['KILL', 'TERM'])
  live(`create, ended by ${signal} after any time`, async () => {
    const { path } = await bundle('default')
    const command = [...ocits.command, 'create', '--bundle', path, 'victim']
    for (let microseconds = 0; microseconds < 6_000; microseconds += 200) {
      const seconds = (microseconds / 1e6).toFixed(4)
      const { code } = await run(['sh', '-c', `"$@" & sleep ${seconds}; kill -${signal} $!; wait $!`, 'sh', ...command])
      // A signal that can be caught either comes too late, or leaves nothing.
      if (signal === 'TERM' && code !== 0) await unchanged(before, root, `after ${microseconds} µs`)
      else await removable(`after ${microseconds} µs`)
    }
  })

test.run()
