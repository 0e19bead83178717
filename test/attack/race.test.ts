import { mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { canary } from '../harness/canary.ts'
import { law, ocits, type Planted } from '../harness/image.ts'
import { type Changes, config, proc } from '../harness/make.ts'
import { must, run } from '../harness/run.ts'
import { bundleFor } from './image.ts'
import { many } from './scale.ts'

// A process that shares the image or a volume exchanges a folder and a link to the host while containers are made from it. Whatever happens
// to the container, the canary stays unchanged, and no mount appears on the host's file system.

/** Fails if a mount named `swapped` is on the file system of the canary, the /run of the sandbox. */
const escaped =
  "awk '/ - tmpfs run /{host[$1]} / - tmpfs swapped /{if ($2 in host) bad = 1} END {exit bad}' /proc/self/mountinfo"
const shell = { path: '/bin/sh', args: ['sh', '-c', escaped], env: ['PATH=/usr/bin:/bin'] }
const swapped = (destination: string) => ({ destination, type: 'tmpfs', source: 'swapped' })
const file = (destination: string) => ({ destination, source: 'config.json', options: ['bind'] })
const namespaces = [{ type: 'pid' as const }, { type: 'mount' as const }]

type Place = {
  /** The exchanged folder of the image. */
  readonly folder: string
  /** The link that it is exchanged with. */
  readonly link?: string
  readonly planted?: Readonly<Record<string, Planted>>
  readonly changes: Changes
}

const places: Readonly<Record<string, Place>> = {
  'on the way to mount points': {
    folder: '/vol/d',
    changes: {
      mounts: [proc, swapped('/vol/d/mounted'), file('/vol/d/new/file')],
      hooks: { createContainer: [shell] },
    },
  },
  'on the way to a mount point, by a link that goes up': {
    folder: '/vol/d',
    link: `../../../../../../../..${canary}/folder`,
    changes: { mounts: [proc, swapped('/vol/d/mounted/../mounted')], hooks: { createContainer: [shell] } },
  },
  'that is a mount point': {
    folder: '/vol/d',
    changes: { mounts: [proc, swapped('/vol/d')], hooks: { createContainer: [shell] } },
  },
  'that is copied up': {
    folder: '/vol/d',
    planted: { '/vol/d/a/b': 'file', '/vol/d/c': 'file' },
    changes: { mounts: [proc, { ...swapped('/vol/d'), options: ['tmpcopyup'] }] },
  },
  'that is /dev, where nodes and links are made': {
    folder: '/dev',
    changes: { linux: { namespaces, devices: [{ type: 'c', path: '/dev/deep/one', major: 1, minor: 3 }] } },
  },
  'on the way to the working directory': { folder: '/vol/d', changes: { process: { cwd: '/vol/d/new/cwd' } } },
  'on the way to masks and read-only paths': {
    folder: '/vol/d',
    planted: { '/vol/d/file': 'file', '/vol/d/folder': 'folder' },
    changes: {
      linux: { namespaces, maskedPaths: ['/vol/d/file', '/vol/d'], readonlyPaths: ['/vol/d/folder', '/vol/d/file'] },
    },
  },
  'where a bind has its source': {
    folder: '/vol/d',
    planted: { '/vol/d/file': 'file', '/vol/d/folder': 'folder' },
    changes: {
      mounts: [
        proc,
        { destination: '/f', source: 'rootfs/vol/d/file', options: ['bind'] },
        { destination: '/d', source: 'rootfs/vol/d/folder', options: ['rbind'] },
      ],
      process: { args: ['/probe', 'read', '/f', 'put', '/f', 'in', 'ls', '/d', 'mkdir', '/d/made'] },
    },
  },
}

const rounds = many(2000, 64) / Object.keys(places).length
const limit = many(300_000, 30_000)

for (const [name, { folder, link = `${canary}/folder`, planted = {}, changes }] of Object.entries(places))
  law(
    `a folder ${name} may become a link and a folder again`,
    async () => {
      const { path, again } = await bundleFor()
      const spec: Spec = config(['id'], changes)
      again(spec, planted)
      const [one, other] = [`${path}/rootfs${folder}`, `${path}/rootfs/other`]
      mkdirSync(one, { recursive: true })
      symlinkSync(link, other)
      const swapper = run([`${path}/kept/probe`, 'swap', one, other, '3600'], { limit: limit + 10_000 })
      try {
        // This would prove nothing if the attack did not work on a program that checks first and opens later.
        const naive = await run([`${path}/kept/probe`, 'naive', one, '3600'], { limit: 20_000 })
        assert.is(naive.stdout, 'naive: escaped\n')
        let failed = 0
        for (let i = 0; i < rounds; i++) {
          const { code, stderr } = await ocits(['run', '--bundle', path, 'raced'])
          if (code === 0) continue
          failed++
          assert.match(stderr, /^ocits: config\.json#\/|^ocits: (device|symlink|exec) |^ocits: \w+ /, stderr)
          assert.not.match(stderr, /createContainer|this is a bug/, stderr)
        }
        console.log(`  ${rounds} containers, ${failed} refused`)
      } finally {
        process.kill(swapper.pid, 'SIGKILL')
      }
      assert.is((await swapper).signal, 'SIGKILL', 'the race went on to the end')
    },
    limit,
  )

law('the hook finds a mount outside the container', async () => {
  await must(['unshare', '--mount', 'sh', '-c', `mount -t tmpfs swapped ${canary}/folder && ! ${escaped}`])
})

test.run()
