import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { bindings, runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { live, skipped } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { points, sample, traced, withFault } from '../harness/strace.ts'
import { traces, unchanged } from '../harness/traces.ts'

// A container never kills, empties or removes what it did not make, and never loses what it made, whatever happens.

const root = '/run/ocits-ownership'

const hierarchies = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .filter((line) => / - cgroup2? /.test(line))
  .map((line) => line.split(' ')[4] ?? '')
const freezer = hierarchies.find((path) => existsSync(`${path}/tests/freezer.state`) || path.includes('freezer'))

const everywhere = (path: string) => hierarchies.map((top) => `${top}/${path}`)
// No process can join a new v1 cpuset before it has cpus and mems: they are those of the one above it.
function makeAll(path: string): void {
  for (const top of hierarchies) {
    let above = top
    for (const name of path.split('/')) {
      const folder = `${above}/${name}`
      mkdirSync(folder, { recursive: true })
      fillCpuset(folder, above)
      above = folder
    }
  }
}
function fillCpuset(folder: string, above: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    if (existsSync(`${above}/tasks`) && existsSync(`${folder}/${file}`))
      writeFileSync(`${folder}/${file}`, read(`${above}/${file}`))
}
const removeAll = (path: string) => {
  for (const folder of everywhere(path)) rmdirSync(folder)
}
const read = (file: string) => readFileSync(file, 'utf8')

/** A process of somebody else, in a cgroup. */
async function stranger(folders: readonly string[]): Promise<ChildProcess> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  for (const folder of folders) writeFileSync(`${folder}/cgroup.procs`, `${child.pid}`)
  return child
}

const lives = (child: ChildProcess) => alive(child.pid ?? 0)
const ended = async (child: ChildProcess) => {
  child.kill('SIGKILL')
  assert.ok(await soon(() => !lives(child)))
}

const inCgroup = (cgroupsPath: string, { linux, ...more }: Changes = {}): Spec => {
  const plain = config(['trap'], more)
  return { ...plain, linux: { ...plain.linux, ...linux, cgroupsPath } }
}
const failing: Changes = { hooks: { createRuntime: [{ path: '/bin/false' }] } }

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('a cgroup whose child contains a foreign process is refused, and nobody is killed', async (ocits) => {
    makeAll('theirs/child')
    const child = await stranger(everywhere('theirs/child'))
    for (const changes of [{}, failing])
      refused(
        await ocits(['create', '--bundle', await make(inCgroup('/theirs', changes)), 'guest']),
        'config.json#/linux/cgroupsPath',
        "container's cgroup is not empty",
      )
    assert.ok(lives(child))
    assert.is((await ocits(['delete', '--force', 'guest'])).code, 0)
    assert.ok(lives(child))
    await ended(child)
    for (const path of ['theirs/child', 'theirs']) removeAll(path)
  })

  law('an existing empty cgroup is used, and stays; a late failure of create removes nothing of it', async (ocits) => {
    makeAll('theirs')
    const inodes = () => everywhere('theirs').map((path) => statSync(path).ino)
    const before = inodes()
    refused(await ocits(['create', '--bundle', await make(inCgroup('/theirs', failing)), 'guest']), 'createRuntime')
    const bundle = await make(inCgroup('/theirs'))
    succeeded(await ocits(['create', '--bundle', bundle, 'guest']))
    const { pid } = await stateOf(ocits, 'guest')
    assert.ok(
      read(`${everywhere('theirs').at(-1)}/cgroup.procs`)
        .split('\n')
        .includes(`${pid}`),
    )
    makeAll('theirs/child')
    const child = await stranger(everywhere('theirs/child'))
    succeeded(await ocits(['kill', '--all', 'guest', 'KILL']))
    await reaches(ocits, 'guest', 'stopped')
    succeeded(await ocits(['delete', '--force', 'guest']))
    assert.ok(lives(child))
    assert.equal(inodes(), before)
    await ended(child)
    for (const path of ['theirs/child', 'theirs']) removeAll(path)
  })

  law('a new cgroup at the path of the container is left alone', async (ocits) => {
    succeeded(await ocits(['create', '--bundle', await make(inCgroup('/mine')), 'guest']))
    succeeded(await ocits(['kill', 'guest', 'KILL']))
    await reaches(ocits, 'guest', 'stopped')
    removeAll('mine')
    makeAll('mine')
    const child = await stranger(everywhere('mine'))
    succeeded(await ocits(['kill', '--all', 'guest', 'KILL'])) // none of its processes is there
    assert.ok(lives(child))
    succeeded(await ocits(['delete', '--force', 'guest']))
    assert.ok(lives(child))
    await ended(child)
    removeAll('mine')
  })

  law('a record of an earlier boot kills nobody', async (ocits) => {
    succeeded(await ocits(['create', '--bundle', await make(inCgroup('/mine')), 'guest']))
    const { pid } = await stateOf(ocits, 'guest')
    const file = `${root}/guest/state.json`
    const text = read(file)
    writeFileSync(file, text.replace(/"boot":"[^"]*"/, '"boot":"00000000-0000-0000-0000-000000000000"'))
    assert.is((await stateOf(ocits, 'guest')).status, 'stopped')
    refused(await ocits(['kill', 'guest', 'KILL']), 'container not running')
    succeeded(await ocits(['delete', '--force', 'guest']))
    assert.ok(alive(pid))
    process.kill(pid, 'SIGKILL')
    assert.ok(await soon(() => !alive(pid)))
    removeAll('mine')
  })

  law(
    'the root of the cgroups, the runtime’s own cgroup and those above it are refused before anything is made',
    async (ocits) => {
      const own =
        read('/proc/self/cgroup')
          .split('\n')
          .find((line) => line.startsWith('0::'))
          ?.slice(3) ?? '/'
      for (const path of ['/', '/.', '/a/..', ...(own === '/' ? [] : [own])]) {
        refused(
          await ocits(['create', '--bundle', await make(inCgroup(path)), 'guest']),
          'config.json#/linux/cgroupsPath',
        )
        assert.is((await ocits(['delete', '--force', 'guest'])).code, 0)
      }
    },
  )

  law(
    'a failed undo is reported, and stays recorded until it succeeds',
    async (ocits) => {
      // No process in a pid namespace can kill its first process: as long as that one is in it, the cgroup stays.
      const first = everywhere('').map((top) => [top, `${top}${cgroupOfFirst(top)}/cgroup.procs`] as const)
      const hooks = { poststop: [{ path: '/bin/sh', args: ['sh', '-c', 'echo ran >>/run/poststop'] }] }
      const running = ocits(['run', '--bundle', await make(inCgroup('/mine', { hooks })), 'guest'], { limit: 20_000 })
      assert.ok(await soon(() => existsSync(`${root}/guest/state.json`)))
      await says(running.out, 'ready')
      for (const path of everywhere('mine')) writeFileSync(`${path}/cgroup.procs`, '1')
      succeeded(await runtime(binding, root)(['kill', 'guest', 'KILL']))
      const { code, stderr } = await running
      assert.is.not(code, 0)
      assert.match(stderr, /EBUSY.*mine/s, stderr)
      assert.is((await stateOf(ocits, 'guest')).status, 'stopped')
      assert.not.ok(existsSync('/run/poststop'), 'it is not gone yet')
      const again = await ocits(['delete', '--force', 'guest'], { limit: 20_000 })
      assert.is(again.code, 1)
      assert.match(again.stderr, /EBUSY/)
      refused(await ocits(['run', '--bundle', await make(config(['id'])), 'guest']), 'already exists')
      for (const [, procs] of first) writeFileSync(procs, '1')
      succeeded(await ocits(['delete', 'guest']))
      assert.is(read('/run/poststop'), 'ran\n')
      assert.is((await run(['rm', '/run/poststop'])).code, 0)
    },
    60_000,
  )

  law(
    'cgroups that the container made below its own, many levels deep and with long names, are removed with it',
    async (ocits) => {
      succeeded(await ocits(['create', '--bundle', await make(inCgroup('/mine')), 'guest']))
      const script = 'cd "$0"; i=0; while [ $i -lt 60 ]; do mkdir "$1" && cd "$1" || exit 1; i=$((i+1)); done'
      for (const path of everywhere('mine')) {
        const made = await run(['bash', '-c', script, path, 'x'.repeat(200)])
        assert.is(made.code, 0, made.stderr)
      }
      succeeded(await ocits(['delete', '--force', 'guest']))
    },
  )

  const whole = 'frozen, whole or in a part: killed, deleted'
  if (freezer === undefined) skipped(`${binding.name}: ${whole}`, 'there is no freezer of cgroup v1')
  else
    law(whole, async (ocits) => {
      const bundle = await make(inCgroup('/mine'))
      for (const part of ['', '/part'])
        for (const verb of [
          ['kill', 'guest', 'KILL'],
          ['kill', '--all', 'guest', 'KILL'],
          ['delete', '--force', 'guest'],
        ]) {
          succeeded(await ocits(['create', '--bundle', bundle, 'guest']))
          const { pid } = await stateOf(ocits, 'guest')
          if (part !== '') mkdirSync(`${freezer}/mine${part}`)
          writeFileSync(`${freezer}/mine${part}/cgroup.procs`, `${pid}`)
          writeFileSync(`${freezer}/mine${part}/freezer.state`, 'FROZEN')
          assert.ok(await soon(() => read(`${freezer}/mine${part}/freezer.state`) === 'FROZEN\n'))
          const start = Date.now()
          succeeded(await ocits(verb))
          assert.ok(await soon(() => !alive(pid)), `${verb} ${part}`)
          assert.ok(Date.now() - start < 5_000, `${verb} ${part}: ${Date.now() - start} ms`)
          succeeded(await ocits(['delete', '--force', 'guest']))
        }
    })

  law('without cgroup.kill, all processes of a container that shares its pid namespace die', async (ocits) => {
    const { linux, ...plain } = inCgroup('/mine')
    const namespaces = (linux?.namespaces ?? []).filter(({ type }) => type !== 'pid')
    const bundle = await make({ ...plain, linux: { ...linux, namespaces } })
    const command = ['unshare', '-m', 'sh', '-c', 'umount "$0"; exec "$@"', hierarchies.at(-1) ?? '', ...ocits.command]
    for (const verb of [
      ['kill', 'guest', 'KILL'],
      ['delete', '--force', 'guest'],
    ]) {
      const created = await run([...command, 'create', '--bundle', bundle, 'guest'])
      assert.is(created.code, 0, created.stderr)
      const others = await Promise.all(Array.from({ length: 150 }, () => stranger([])))
      // More processes than one round signals; each move into a cgroup waits for the kernel's grace period.
      const top = hierarchies.at(-2) ?? ''
      mkdirSync(`${top}/mine/below`)
      for (const [at, { pid }] of others.entries())
        writeFileSync(`${top}/mine${at % 20 === 0 ? '/below' : ''}/cgroup.procs`, `${pid}`)
      assert.is((await run([...command, ...verb])).code, 0)
      assert.ok(await soon(() => !others.some(lives)))
      assert.is((await run([...command, 'delete', '--force', 'guest'])).code, 0)
    }
  })
}

function cgroupOfFirst(top: string): string {
  for (const line of read('/proc/1/cgroup').split('\n')) {
    const [, names = '', path = ''] = line.split(':')
    if (
      names === ''
        ? top.endsWith('unified/') || top === '/sys/fs/cgroup/'
        : top.endsWith(`${names.replace('name=', '')}/`)
    )
      return path === '/' ? '' : path
  }
  return ''
}

live(
  'a create that is killed at any place leaves an existing empty cgroup',
  async () => {
    const [binding] = bindings
    if (binding === undefined) return
    const ocits = runtime(binding, root)
    makeAll('theirs')
    const before = traces(root)
    const command = [...ocits.command, 'create', '--bundle', await make(inCgroup('/theirs')), 'guest']
    const [calls] = (await traced(command, false)).processes
    await ocits(['delete', '--force', 'guest'])
    for (const point of sample(points(calls ?? []), 25)) {
      await withFault(command, point, 'signal=SIGKILL', false)
      assert.ok(await soon(async () => (await ocits(['delete', '--force', 'guest'])).code === 0))
      await unchanged(before, root, `${point.name} ${point.nth}`)
    }
    removeAll('theirs')
  },
  120_000,
)

test.run()
