import { cpSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches } from '../harness/life.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { withFault } from '../harness/strace.ts'

// A container without its own mount namespace covers its rootfs in that of the host. A mount that an engine made there, below it, is never
// unmounted, however the container ends.

const root = '/run/ocits-covered'
const [failing, hook] = [{ destination: '/in', source: '/no/such', options: ['bind'] }, (path: string) => ({ path })]

/** A bundle whose rootfs is a mount, as an engine makes it. */
async function mounted(changes: Changes = {}, args: readonly string[] = ['id']): Promise<string> {
  const path = await make(config(args, { mounts: [], linux: {}, ...changes }))
  await must(['mount', '-t', 'tmpfs', 'engine', `${path}/rootfs`])
  cpSync('build/probe', `${path}/rootfs/probe`)
  return path
}

/** The mounts on the rootfs, the lowest first. */
const over = (path: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4] === `${path}/rootfs`)
    .map((line) => line.split(' - ')[1]?.split(' ')[1] ?? '')

async function stays(path: string): Promise<void> {
  assert.equal(over(path), ['engine'])
  await must(['umount', `${path}/rootfs`])
}

/** Another name for the mount namespace of the runtime. */
const own = { namespaces: [{ type: 'mount' as const, path: '/proc/self/ns/mnt' }] }

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  for (const [name, linux] of [
    ['of the host', {}],
    ['that is that of the runtime', own],
  ] as const)
    law(`in a mount namespace ${name}, a create that fails early`, async (ocits) => {
      const path = await mounted({ mounts: [failing], linux })
      refused(await ocits(['create', '--bundle', path, 'early']), '#/mounts/0', 'ENOENT')
      await stays(path)
    })

  law('a create that fails late', async (ocits) => {
    const path = await mounted({ hooks: { createContainer: [hook('/bin/false')] } })
    refused(await ocits(['create', '--bundle', path, 'late']), '#/hooks/createContainer/0')
    await stays(path)
  })

  law('a run', async (ocits) => {
    const path = await mounted()
    succeeded(await ocits(['run', '--bundle', path, 'runs']))
    await stays(path)
  })

  law('a container that is created, started and deleted', async (ocits) => {
    const path = await mounted()
    succeeded(await ocits(['create', '--bundle', path, 'whole']))
    assert.equal(over(path), ['engine', 'engine'])
    succeeded(await ocits(['start', 'whole']))
    await reaches(ocits, 'whole', 'stopped')
    succeeded(await ocits(['delete', 'whole']))
    await stays(path)
  })

  law('two containers on the same rootfs: each unmounts its own', async (ocits) => {
    const path = await mounted()
    for (const id of ['first', 'second']) succeeded(await ocits(['create', '--bundle', path, id]))
    assert.is(over(path).length, 3)
    for (const id of ['second', 'first']) succeeded(await ocits(['delete', '--force', id]))
    await stays(path)
  })

  law('a later mount of somebody else stays, too', async (ocits) => {
    const path = await mounted()
    succeeded(await ocits(['create', '--bundle', path, 'over']))
    await must(['mount', '-t', 'tmpfs', 'other', `${path}/rootfs`])
    succeeded(await ocits(['delete', '--force', 'over']))
    assert.equal(over(path), ['engine', 'engine', 'other'])
    await must(['umount', '-l', `${path}/rootfs`])
    await must(['umount', '-l', `${path}/rootfs`])
    await stays(path)
  })

  law('nothing is mounted over the root of the host', async (ocits) => {
    const path = await make(config(['id'], { root: { path: '/' }, mounts: [], linux: {} }))
    refused(await ocits(['create', '--bundle', path, 'slash']), '#/root/path', 'mount namespace of its own')
  })
}

/** The command is killed at this use of a system call, after its earlier work. */
async function dies(ocits: Runtime, args: readonly string[], name: string, nth: number): Promise<void> {
  const result = await withFault([...ocits.command, ...args], { name, nth }, 'signal=SIGKILL', false)
  assert.is(result.signal ?? result.code, 'SIGKILL', result.stderr)
}

const law = lawsOf(binary, root)

// First the record has the name of the folder, and nothing is mounted yet; then the socket is bound, and the init is made.
for (const [name, nth] of [
  ['renameat', 2],
  ['bind', 1],
  ['socketpair', 1],
] as const)
  law(`a create that is killed at ${name}, and its delete`, async (ocits) => {
    const path = await mounted()
    await dies(ocits, ['create', '--bundle', path, 'killed'], name, nth)
    succeeded(await ocits(['delete', '--force', 'killed']))
    await stays(path)
  })

law('a create that is killed after all mounts, and its delete', async (ocits) => {
  const path = await mounted()
  await dies(ocits, ['create', '--bundle', path, 'killed'], 'renameat', 3)
  assert.equal(over(path), ['engine', 'engine'])
  succeeded(await ocits(['delete', '--force', 'killed']))
  await stays(path)
})

law('a delete that is killed after it has unmounted, and is repeated', async (ocits) => {
  const path = await mounted()
  succeeded(await ocits(['create', '--bundle', path, 'twice']))
  succeeded(await ocits(['kill', 'twice', 'KILL']))
  await reaches(ocits, 'twice', 'stopped')
  await dies(ocits, ['delete', 'twice'], 'renameat', 1)
  assert.equal(over(path), ['engine'])
  succeeded(await ocits(['delete', 'twice']))
  await stays(path)
})

test.run()
