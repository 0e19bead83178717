import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { bindings } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

// Recursive bind mounts of trees that contain a pinned mount namespace, as snapd and `unshare --mount=FILE` make them: the kernel allows no
// clone of such a tree in a mount namespace that is younger than the pinned one.

const root = '/run/ocits-pinned'
const tree = '/run/tree'
mkdirSync(tree)

/**
 * Runs a command where a tree has two mounts and a pin. The kernel compares the age of two mount namespaces by numbers, and each CPU takes
 * them from its own reserve: so there are several pins, and a refused one is tried again.
 */
const pinning = (propagation: string): readonly string[] => [
  ...['unshare', '--mount', '--propagation', 'private', 'sh', '-ec'],
  `mount --make-r${propagation} /; mount -t tmpfs tree ${tree}; mkdir ${tree}/below ${tree}/ns
  mount -t tmpfs below ${tree}/below; touch ${tree}/below/file
  mount -t tmpfs ns ${tree}/ns; mount --make-private ${tree}/ns
  for pin in 1 2 3; do touch ${tree}/ns/$pin; until unshare --mount=${tree}/ns/$pin true 2>/dev/null; do :; done; done
  "$@"`,
  'sh',
]

const one = { containerID: 0, hostID: 100_000, size: 65_536 }
const own: Linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }] }
const user: Linux = {
  namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'user' }],
  uidMappings: [one],
  gidMappings: [one],
}

const kinds: Readonly<Record<string, Linux>> = {
  'a plain container': own,
  'a container with a user namespace': user,
  'a container whose root is private': { ...own, rootfsPropagation: 'rprivate' },
  'a container whose root is private, with a user namespace': { ...user, rootfsPropagation: 'rprivate' },
  'a container whose root is shared': { ...own, rootfsPropagation: 'rshared' },
  'a container whose root is shared, with a user namespace': { ...user, rootfsPropagation: 'rshared' },
}

async function shown(command: readonly string[], changes: Changes, below: string): Promise<void> {
  const path = await make(config(['stat', `/host${below}/below/file`, 'mounts'], changes))
  if (changes.linux?.uidMappings !== undefined) await must(['chown', '-R', '100000:100000', path])
  const before = traces(root)
  const printed = succeeded(await run([...command, '--root', root, 'run', '--bundle', path, 'pinned']))
  assert.match(printed, `/host${below}/below/file: file`)
  assert.match(printed, new RegExp(`^mounts:.* /host${below}/below `, 'm'))
  await unchanged(before, root)
}

for (const { name, command } of bindings)
  for (const [kind, linux] of Object.entries(kinds))
    for (const propagation of ['private', 'shared'])
      for (const source of ['/', tree]) {
        // Node starts slowly, and the plan is the same.
        if (name !== 'ocits' && (source !== '/' || propagation !== 'shared')) continue
        live(`${name}: ${source} is bound in ${kind}, with ${propagation} mounts`, async () => {
          const options = ['rbind', ...(linux.rootfsPropagation === 'rshared' ? ['rshared'] : [])]
          const mounts = [proc, { destination: '/host', source, options }]
          await shown([...pinning(propagation), ...command], { linux, mounts }, source === '/' ? tree : '')
        })
      }

live('a tree with id maps', async () => {
  const ids = [{ containerID: 0, hostID: 7, size: 1 }]
  const mount = { destination: '/host', source: tree, options: ['rbind', 'ridmap'], uidMappings: ids, gidMappings: ids }
  const command = [...pinning('private'), ...(bindings[0]?.command ?? [])]
  await shown(command, { linux: own, mounts: [proc, mount] }, '')
})

// The config names the pin: it is opened before the mount namespace without pins is made.
for (const { name, command } of bindings)
  live(`${name}: the mount namespace of a pin is joined`, async () => {
    const linux: Linux = { namespaces: [{ type: 'pid' }, { type: 'mount', path: `${tree}/ns/1` }] }
    const bundle = await make(config(['read', '/made'], { linux, mounts: [] }))
    writeFileSync(`${bundle}/rootfs/made`, 'BY-THE-IMAGE')
    const before = traces(root)
    const joining = [...pinning('private'), ...command, '--root', root, 'run', '--bundle', bundle, 'pinned']
    assert.is(succeeded(await run(joining)), '/made: BY-THE-IMAGE\n')
    await unchanged(before, root)
  })

for (const [kind, linux] of Object.entries({ 'a plain container': own, 'a container with a user namespace': user }))
  live(`the tree is added to ${kind} that exists`, async () => {
    const path = await make(config(['trap'], { linux }))
    if (linux === user) await must(['chown', '-R', '100000:100000', path])
    writeFileSync(`${path}/mounts.json`, JSON.stringify([{ destination: '/host', source: tree, options: ['rbind'] }]))
    const before = traces(root)
    const ocits = [...(bindings[0]?.command ?? []), '--root', root].join(' ')
    const script = `${ocits} run --detach --bundle ${path} pinned >/dev/null
      ${ocits} mounts add pinned ${path}/mounts.json; ${ocits} exec pinned /probe stat /host/below/file
      ${ocits} delete --force pinned`
    assert.match(succeeded(await run([...pinning('private'), 'sh', '-ec', script])), '/host/below/file: file')
    await unchanged(before, root)
  })

live('without a pin no mount namespace is made twice', async () => {
  const path = await make(
    config(['id'], { linux: user, mounts: [proc, { destination: '/host', source: '/', options: ['rbind'] }] }),
  )
  const trace = `${path}/trace`
  const command = ['strace', '-f', '-o', trace, '-e', 'trace=unshare', ...(bindings[0]?.command ?? []), '--root', root]
  await must(['chown', '-R', '100000:100000', path])
  succeeded(await run([...command, 'run', '--bundle', path, 'pinned']))
  const { stdout } = await must(['grep', '-c', 'CLONE_NEWNS', trace])
  assert.is(stdout, '1\n')
})

test.run()
