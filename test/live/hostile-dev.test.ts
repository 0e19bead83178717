import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canary, manifest } from '../harness/canary.ts'
import { image, law, ocits, type Planted, plant, targets } from '../harness/image.ts'
import { type Changes, config, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'

const users = [{ type: 'user' as const }]
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const plain = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }] }
const mapped = { namespaces: [...plain.namespaces, ...users], uidMappings: maps, gidMappings: maps }

for (const name of [
  '/dev',
  ...['console', 'ptmx', 'pts', 'shm', 'mqueue', 'fd', 'null', 'core'].map((n) => `/dev/${n}`),
])
  law(`${name} of the image may be a link to any target`, async () => {
    for (const target of targets)
      for (const linux of [plain, mapped])
        for (const readonly of [false, true]) {
          const spec = config(['ls', '/dev'], { linux, root: { path: 'rootfs', readonly } })
          const bundle = await image(spec, { [name]: `→ ${target}` })
          await must(['chown', '-R', '--no-dereference', '100000:100000', `${bundle}/rootfs`])
          await ocits(['run', '--bundle', bundle, 'hostile'])
        }
  })

// A volume whose destination is a link of the image to /dev, or to a folder of it: ocits makes files in the mount that the config has
// there, not in the volume, which is a folder of the host.
const [dev, tun] = [
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
  { type: 'c' as const, path: '/dev/net/tun', major: 10, minor: 200 },
]
const volume = { destination: '/data', source: 'volume', options: ['bind'] }
const tree = { ...volume, options: ['rbind', 'rprivate'] }
/** The target of the link, and the other files of the image. */
const ways: readonly (readonly [to: string, more?: Readonly<Record<string, Planted>>])[] = [
  ['/dev'],
  ['dev'],
  ['/hop', { '/hop': '→ step', '/step': '→ ../../dev/.' }],
  ['/proc/../dev'],
  ['/dev/net'],
  ['/dev/pts'],
  ['/dev/shm'],
  ['/dev/mqueue'],
]

for (const [what, linux] of [
  ['', plain],
  [', in a user namespace', mapped],
] as const)
  law(`a volume that a link of the image moves over /dev is not filled${what}`, async () => {
    const orders = [
      [proc, dev, volume],
      [proc, tree, dev],
      [proc, tree],
    ]
    for (const mounts of orders)
      for (const [to, more = {}] of ways)
        await unfilled({ mounts, linux: { ...linux, devices: [tun] } }, { '/data': `→ ${to}`, ...more })
    // The reverse, without a mount at /dev: the image leads /dev to the volume.
    for (const planted of [{ '/dev': '→ data' }, { '/dev': '→ /hop', '/hop': '→ /data' }] as const)
      await unfilled({ mounts: [proc, volume], linux: { ...linux, devices: [tun] } }, planted)
  })

async function unfilled(changes: Changes, planted: Readonly<Record<string, Planted>>): Promise<void> {
  const bundle = await image(config(['ls', '/dev'], changes), planted)
  mkdirSync(`${bundle}/volume`)
  writeFileSync(`${bundle}/volume/ptmx`, 'of the host\n')
  await must(['chown', '-R', '--no-dereference', '100000:100000', bundle])
  const before = manifest(`${bundle}/volume`)
  succeeded(await ocits(['run', '--bundle', bundle, 'hostile']))
  assert.equal(manifest(`${bundle}/volume`), before, JSON.stringify([changes.mounts, planted]))
}

law('a tmpfs that a link of the image moves over /dev changes only what is visible', async () => {
  const mounts = [proc, dev, { ...dev, destination: '/data' }]
  const bundle = await image(config(['ls', '/dev'], { mounts }), { '/data': '→ /dev' })
  assert.is(succeeded(await ocits(['run', '--bundle', bundle, 'hostile'])), '/dev:\n')
})

law('a mount of the config at the path of a device or a link of /dev stays', async () => {
  const file = (destination: string) => ({ destination, source: 'config.json', options: ['bind'] })
  const mounts = [proc, dev, file('/dev/core'), file('/dev/ptmx'), { ...file('/dev/zero'), source: '/dev/zero' }]
  const words = ['stat', '/dev/core', 'stat', '/dev/ptmx', 'stat', '/dev/zero', 'stat', '/dev/fd']
  const printed = succeeded(await ocits(['run', '--bundle', await image(config(words, { mounts }), {}), 'own']))
  assert.match(
    printed,
    /^\/dev\/core: file .*\n\/dev\/ptmx: file .*\n\/dev\/zero: char 1:5 .*\n\/dev\/fd: symlink to \/proc\/self\/fd\n$/,
  )
  const another = await image(config(['id'], { mounts: [proc, dev, file('/dev/zero')] }), {})
  refused(await ocits(['run', '--bundle', another, 'own']), 'device c /dev/zero 1:5', 'EEXIST')
})

// A /dev of the image, or one shared with another container: its `null` cannot be trusted.
const nulls: readonly (Planted | undefined)[] = [
  '→ /proc/sys/kernel/hostname',
  `→ ${canary}/file`,
  'file',
  'fifo',
  'c 1:5',
  'c 1:3',
  undefined,
]

for (const what of nulls)
  law(`with a /dev/null that is ${what ?? 'missing'} masks work, or nothing runs`, async () => {
    const linux = { ...plain, maskedPaths: ['/secret'], readonlyPaths: ['/proc/sys'] }
    const dev = { destination: '/dev', type: 'bind', source: 'dev', options: ['bind'] }
    const spec = config(['read', '/secret', 'write', '/secret', 'read', '/secret'], { mounts: [proc, dev], linux })
    const bundle = await image(spec, { '/secret': 'file' })
    mkdirSync(`${bundle}/dev`)
    if (what !== undefined) plant(`${bundle}/dev/null`, what)
    const { code, stdout } = await ocits(['run', '--bundle', bundle, 'hostile'], { limit: 4_000 })
    if (code === 0) assert.match(stdout, /^\/secret: empty\nwrite \/secret: .*\n\/secret: empty\n$/)
    else assert.is(stdout, '')
  })

law('a /dev/null on stdin keeps the host’s owner, whoever runs', async () => {
  const spec = config(['stat', '/proc/self/fd/0'], { process: { user: { uid: 1000, gid: 1000 } } })
  await ocits(['run', '--bundle', await image(spec, {}), 'owner'])
})

test.run()
