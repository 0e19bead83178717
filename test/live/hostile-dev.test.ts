import { mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canary } from '../harness/canary.ts'
import { image, law, ocits, type Planted, plant, targets } from '../harness/image.ts'
import { config, proc } from '../harness/make.ts'
import { must } from '../harness/run.ts'

const users = [{ type: 'user' as const }]
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const plain = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }] }
const mapped = { namespaces: [...plain.namespaces, ...users], uidMappings: maps, gidMappings: maps }

for (const name of [
  '/dev',
  ...['console', 'ptmx', 'pts', 'shm', 'mqueue', 'fd', 'null', 'core'].map((n) => `/dev/${n}`),
])
  law(`${name} of the image may be a link to anywhere`, async () => {
    for (const target of targets)
      for (const linux of [plain, mapped])
        for (const readonly of [false, true]) {
          const spec = config(['ls', '/dev'], { linux, root: { path: 'rootfs', readonly } })
          const bundle = await image(spec, { [name]: `→ ${target}` })
          await must(['chown', '-R', '--no-dereference', '100000:100000', `${bundle}/rootfs`])
          await ocits(['run', '--bundle', bundle, 'hostile'])
        }
  })

// A /dev that the image brings, or that another container shares: its `null` is not to be trusted.
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
  law(`with a /dev/null that is ${what ?? 'missing'} masks hold, or nothing runs`, async () => {
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

law('a /dev/null on stdin stays the host’s, whoever runs', async () => {
  const spec = config(['stat', '/proc/self/fd/0'], { process: { user: { uid: 1000, gid: 1000 } } })
  await ocits(['run', '--bundle', await image(spec, {}), 'owner'])
})

test.run()
