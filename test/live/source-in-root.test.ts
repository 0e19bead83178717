import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'

// Bind mounts whose source is below the container's own root: files of earlier mounts of the config are found, and a link of the image
// leads nowhere else.

const root = '/run/ocits-source-in-root'
const tmpfs = { destination: '/srv', type: 'tmpfs', source: 'tmpfs' }
const data = { destination: '/srv/x', source: 'data', options: ['rbind'] }
const to = (destination: string, source: string, ...more: readonly string[]) => ({
  destination,
  source,
  options: ['rbind', ...more],
})

const one = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const user: Linux = {
  namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'user' }],
  uidMappings: one,
  gidMappings: one,
}

async function bundleOf(args: readonly string[], changes: Changes): Promise<string> {
  const path = await make(config(args, changes))
  mkdirSync(`${path}/data/below`, { recursive: true })
  writeFileSync(`${path}/data/file`, 'DATA')
  if (changes.linux?.uidMappings !== undefined) await must(['chown', '-R', '100000:100000', path])
  return path
}

const kinds: Readonly<Record<string, Changes>> = {
  'a plain container': {},
  'a user namespace': { linux: user },
  'a private root': { linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }], rootfsPropagation: 'rprivate' } },
  'a shared root': { linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }], rootfsPropagation: 'rshared' } },
  'the mount namespace of the host': { linux: { namespaces: [{ type: 'pid' }] } },
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  for (const [kind, changes] of Object.entries(kinds)) {
    law(`an earlier mount provides the source: ${kind}`, async (ocits) => {
      const path = await bundleOf(['read', '/again/file', 'read', '/one', 'ls', '/again/below'], changes)
      const spec = JSON.parse(readFileSync(`${path}/config.json`, 'utf8'))
      const more = { destination: '/srv/x/below', type: 'tmpfs', source: 'tmpfs' }
      const deep = { destination: '/srv/x/below/deep', source: 'data', options: ['bind'] }
      const again = [to('/again', `${path}/rootfs/srv/x`), to('/one', `${path}/rootfs/srv/x/file`)]
      writeFileSync(
        `${path}/config.json`,
        JSON.stringify({ ...spec, mounts: [proc, tmpfs, data, more, deep, ...again] }),
      )
      const printed = succeeded(await ocits(['run', '--bundle', path, 'x']))
      assert.is(printed, '/again/file: DATA\n/one: DATA\n/again/below: deep\n')
    })
  }
}

const [binding] = bindings
if (binding !== undefined) {
  const law = lawsOf(binding, root)

  law('a source that is relative to the bundle', async (ocits) => {
    const mounts = [proc, tmpfs, data, to('/again', 'rootfs/srv/./x')]
    const path = await bundleOf(['read', '/again/file'], { mounts })
    assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/again/file: DATA\n')
  })

  law('the root itself', async (ocits) => {
    const mounts = [proc, tmpfs, data, to('/all', 'rootfs')]
    const path = await bundleOf(['read', '/all/srv/x/file'], { mounts })
    assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/all/srv/x/file: DATA\n')
  })

  law('without r the mounts below are not bound, and the attributes apply only to the new mount', async (ocits) => {
    const mounts = [proc, tmpfs, data, { destination: '/plain', source: 'rootfs/srv', options: ['bind', 'ro'] }]
    const path = await bundleOf(['ls', '/plain/x', 'write', '/plain/file', 'write', '/srv/file'], { mounts })
    const printed = succeeded(await ocits(['run', '--bundle', path, 'x']))
    assert.is(printed, '/plain/x:\nwrite /plain/file: Read-only file system\nwrite /srv/file: ok\n')
  })

  law('a later mount does not exist yet', async (ocits) => {
    const path = await bundleOf(['id'], { mounts: [proc, to('/again', 'rootfs/srv/x'), tmpfs, data] })
    const words = 'config.json#/mounts/1/source: source_in_root 0: clone of /srv/x in the root rslave: ENOENT'
    refused(await ocits(['run', '--bundle', path, 'x']), words, 'neither the image nor a mount before')
  })

  law('a link of the image leads only into the root', async (ocits) => {
    for (const link of ['/etc', '../../../../../../etc', '/proc/1/root/etc']) {
      const path = await bundleOf(['read', '/again/secret'], { mounts: [proc, to('/again', 'rootfs/link/../link')] })
      mkdirSync(`${path}/rootfs/etc`, { recursive: true })
      writeFileSync(`${path}/rootfs/etc/secret`, 'INSIDE')
      symlinkSync(link, `${path}/rootfs/link`)
      const result = await ocits(['run', '--bundle', path, 'x'])
      if (link.startsWith('/proc')) refused(result, '#/mounts/1/source', 'ELOOP')
      else assert.is(succeeded(result), '/again/secret: INSIDE\n')
    }
  })

  const mapping = 'idmap=uids=0-0-10;gids=0-0-10'
  const hidden: Linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }], readonlyPaths: ['/proc/sys'] }

  law('a link of the image opens nothing of the kernel that the config hides', async (ocits) => {
    const sysfs = { destination: '/sys', type: 'sysfs', source: 'sysfs' }
    for (const link of ['/proc/sys', '/proc', '/sys/kernel', '/']) {
      const mounts = [proc, sysfs, to('/mnt', 'rootfs/link')]
      const path = await bundleOf(['ls', '/mnt'], { linux: hidden, mounts })
      symlinkSync(link, `${path}/rootfs/link`)
      refused(
        await ocits(['run', '--bundle', path, 'x']),
        '#/mounts/2/source',
        'EPERM',
        'a link of the image leads into',
      )
    }
  })

  law('a source that the config names itself is bound', async (ocits) => {
    const mounts = [proc, to('/mnt', 'rootfs/proc/sys/kernel'), to('/all', 'rootfs')]
    const path = await bundleOf(['ls', '/all/mnt/keys'], { linux: hidden, mounts })
    assert.match(succeeded(await ocits(['run', '--bundle', path, 'x'])), 'maxkeys')
  })

  // The names that a path of the host may have: the components after the root belong to the image.
  law('a link of the image leads only into the root, whatever the name of the root', async (ocits) => {
    const path = await bundleOf(['read', '/again/secret'], {})
    const spec = JSON.parse(readFileSync(`${path}/config.json`, 'utf8'))
    const alias = `/run/alias-${process.pid}`
    mkdirSync(alias)
    symlinkSync(path, `${alias}/bundle`)
    symlinkSync(`${path}/rootfs`, `${alias}/rootfs`)
    symlinkSync(`${path}/rootfs/link`, `${alias}/link`)
    symlinkSync('bundle/rootfs/../rootfs', `${alias}/up`)
    mkdirSync(`${path}/host`)
    writeFileSync(`${path}/host/secret`, 'OF-THE-HOST')
    mkdirSync(`${path}/rootfs${path}/host`, { recursive: true })
    writeFileSync(`${path}/rootfs${path}/host/secret`, 'INSIDE')
    symlinkSync(`${path}/host`, `${path}/rootfs/link`)
    const names = ['bundle/rootfs/link', 'rootfs/link', 'link', 'up/link', 'bundle/./rootfs//link/.']
    const sources = names.map((name) => `${alias}/${name}`)
    const tried = [...sources.map((source) => to('/again', source)), to('/again', 'rootfs/link', mapping)]
    for (const mount of [...tried, to('/again', `${alias}/rootfs/link`, mapping)]) {
      writeFileSync(`${path}/config.json`, JSON.stringify({ ...spec, mounts: [proc, mount] }))
      assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/again/secret: INSIDE\n', mount.source)
    }
    for (const name of ['bundle/host', 'rootfs/../host', 'bundle/rootfs/../host']) {
      writeFileSync(
        `${path}/config.json`,
        JSON.stringify({ ...spec, mounts: [proc, to('/again', `${alias}/${name}`)] }),
      )
      assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/again/secret: OF-THE-HOST\n', name)
    }
  })
}

test.run()
