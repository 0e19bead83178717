import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { binary, bindings, type Runtime, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { makeUser, uid, userRuntime } from '../harness/user.ts'

// Hooks that mount, as those of GPU toolkits do: the mounts of the config already exist, and the container gets the hook's mounts.

await makeUser()

const root = '/run/ocits-hook-mounts'
const kinds = ['prestart', 'createRuntime', 'createContainer'] as const
type Kind = (typeof kinds)[number]
const env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin']
const namespaces = (...more: readonly NonNullable<Linux['namespaces']>[number]['type'][]) => ({
  namespaces: (['pid', 'mount', ...more] as const).map((type) => ({ type })),
})
const mapped = (hostID: number, size: number): Linux => ({
  ...namespaces('user'),
  uidMappings: [{ containerID: 0, hostID, size }],
  gidMappings: [{ containerID: 0, hostID, size }],
})

/**
 * A container whose hook inspects the root and binds a library twice: in the image, and below a mount of the config. `enter`: how a hook in
 * the namespaces of the runtime enters those of the container.
 */
async function mounting(kind: Kind, changes: Changes, enter: string, owner = 0): Promise<string> {
  const path = await make('')
  const seen = `${path}/seen`
  for (const name of ['library', 'volume/place', 'rootfs/opt', 'rootfs/volume', 'rootfs/proc'])
    mkdirSync(`${path}/${name}`, { recursive: true })
  writeFileSync(`${path}/library/lib.so`, 'LIBRARY')
  writeFileSync(`${path}/volume/data`, 'VOLUME')
  const inside = kind === 'createContainer' ? '' : enter
  const steps = [
    'pid=$(sed -E "s/.*\\"pid\\":([0-9]+).*/\\1/")',
    `${inside} sh -ec '${[
      `cat ${path}/rootfs/volume/data >${seen}`,
      `ls -d ${path}/rootfs/proc/1/status >>${seen}`,
      `mount --bind ${path}/library ${path}/rootfs/opt`,
      `mount --bind ${path}/library ${path}/rootfs/volume/place`,
    ].join('; ')}'`,
  ]
  const spec = config(['read', '/opt/lib.so', 'read', '/volume/place/lib.so', 'mount', '/'], {
    ...changes,
    mounts: [proc, { destination: '/volume', source: 'volume', options: ['rbind'] }],
    hooks: { [kind]: [{ path: '/bin/sh', args: ['sh', '-ec', steps.join('; ')], env }] },
  })
  writeFileSync(`${path}/config.json`, JSON.stringify(spec))
  await must(['chown', '-R', `${owner}:${owner}`, path])
  return path
}

async function arrives(ocits: Runtime, path: string, flags: string): Promise<void> {
  const before = traces(ocits.root)
  const out = succeeded(await ocits(['run', '--bundle', path, 'hooked']))
  assert.is(out, `/opt/lib.so: LIBRARY\n/volume/place/lib.so: LIBRARY\nmount /: ${flags}\n`)
  assert.is(readFileSync(`${path}/seen`, 'utf8'), `VOLUME${path}/rootfs/proc/1/status\n`)
  await unchanged(before, ocits.root)
  // Outside nothing is mounted, and the image is unchanged.
  assert.not.ok(existsSync(`${path}/rootfs/opt/lib.so`))
  assert.not.ok(existsSync(`${path}/volume/place/lib.so`))
}

const enter = 'nsenter -m -t $pid'
const readonly = { root: { path: 'rootfs', readonly: true } }
const cases: Readonly<Record<string, Changes>> = {
  'a plain one': { linux: namespaces() },
  'a root that is read-only': { linux: namespaces(), ...readonly },
  'a user namespace': { linux: mapped(100_000, 65_536) },
  'a user namespace and a root that is read-only': { linux: mapped(100_000, 65_536), ...readonly },
  'a private root': { linux: { ...namespaces(), rootfsPropagation: 'rprivate' } },
}
const propagated: Readonly<Record<string, string>> = { rprivate: '', rshared: ' shared' }
const flagsOf = ({ root, linux }: Changes) =>
  `${root?.readonly ? 'ro' : 'rw'},relatime${propagated[linux?.rootfsPropagation ?? ''] ?? ' slave'}`

for (const kind of kinds)
  for (const [name, changes] of Object.entries(cases))
    live(`mounts of a ${kind} hook arrive in a container: ${name}`, async () => {
      const owner = changes.linux?.uidMappings === undefined ? 0 : 100_000
      await arrives(runtime(binary, root), await mounting(kind, changes, enter, owner), flagsOf(changes))
    })

for (const kind of kinds)
  live(`mounts of a ${kind} hook arrive in a container without root rights`, async () => {
    // The user has rights over the mount namespace through the user namespace that owns it.
    const entered = 'nsenter -U --preserve-credentials -m -t $pid'
    const ocits = userRuntime(binary)
    await arrives(ocits, await mounting(kind, { linux: mapped(uid, 1) }, entered, uid), 'rw,relatime slave')
  })

for (const binding of bindings)
  live(`${binding.name}: the container's root gets its root although it may not walk there`, async () => {
    const path = await mounting('createRuntime', { linux: mapped(100_000, 65_536) }, enter, 100_000)
    await must(['chown', '0:0', dirname(path)])
    chmodSync(dirname(path), 0o700)
    try {
      await arrives(runtime(binding, root), path, 'rw,relatime slave')
    } finally {
      chmodSync(dirname(path), 0o755)
    }
  })

for (const kind of kinds)
  live(`mounts of a ${kind} hook arrive in a container of root in an outer user namespace`, async () => {
    // As podman runs it for a user: hooks have the rights of this root.
    const ocits = userRuntime(binary, ['unshare', '--user', '--map-root-user', '--mount'])
    const path = await mounting(kind, { linux: namespaces() }, enter, uid)
    await arrives(ocits, path, 'rw,relatime')
  })

live(
  'in the mount namespace of the host a hook of any kind finds the root, which is unmounted with the container',
  async () => {
    for (const kind of kinds) {
      const path = await mounting(kind, { linux: { namespaces: [{ type: 'pid' }] } }, '')
      // The hooks' mounts on the host's volume stay, because there is no other mount namespace.
      const out = succeeded(await runtime(binary, root)(['run', '--bundle', path, 'hooked']))
      assert.match(out, /^\/opt\/lib.so: LIBRARY\n\/volume\/place\/lib.so: LIBRARY\n/)
      assert.not.ok(existsSync(`${path}/rootfs/opt/lib.so`))
    }
  },
)

live('also without pivot_root', async () => {
  const path = await mounting('createRuntime', { linux: namespaces() }, enter)
  const ocits = runtime(binary, root)
  const without: Runtime = Object.assign(
    (args: readonly string[]) => ocits([args[0] ?? '', '--no-pivot', ...args.slice(1)]),
    ocits,
  )
  await arrives(without, path, 'rw,relatime slave')
})

test.run()
