import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { law, ocits, plant } from '../harness/image.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { many } from './scale.ts'

// Attacks of an image on a tmpfs that copies the covered folder (tmpcopyup).

const copied = (options: readonly string[] = []) => ({
  destination: '/copied',
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['tmpcopyup', ...options],
})

/** A root file system on a mount with these options, as in a user's home. */
async function mounted(options: string, words: readonly string[], body: (rootfs: string) => void): Promise<string> {
  const bundle = await make(config(words, { mounts: [proc, copied()] }))
  body(`${bundle}/rootfs`)
  const script = `mount --bind ${bundle}/rootfs ${bundle}/rootfs && mount -o remount,bind,${options} ${bundle}/rootfs && exec "$@"`
  return succeeded(
    await run(['unshare', '--mount', 'sh', '-c', script, 'sh', ...ocits.command, 'run', '--bundle', bundle, 'copied']),
  )
}

law('devices and set-user-ID programs of a nodev, nosuid mount have no effect in a copy, either', async () => {
  const make = (rootfs: string) => {
    mkdirSync(`${rootfs}/copied`)
    plant(`${rootfs}/copied/zero`, 'c 1:5')
    plant(`${rootfs}/copied/pipe`, 'fifo')
    execFileSync('install', ['-m', '6755', `${rootfs}/probe`, `${rootfs}/copied/program`])
  }
  const words = ['zero', 'pipe', 'program'].flatMap((name) => ['stat', `/copied/${name}`])
  const free = await mounted('rw', words, make)
  assert.match(free, /zero: char 1:5 0644 0:0\n.*pipe: fifo .*\n.*program: file 6755 0:0\n/)
  const held = await mounted('nodev,nosuid', words, make)
  assert.match(held, /zero: No such file or directory\n.*pipe: fifo .*\n.*program: file 0755 0:0\n/)
})

// Each mount below the folder is checked: that of a volume, and that of one of its files.
law('files of a nodev, nosuid mount below the folder have no effect in a copy, either', async () => {
  const volume = await make(config([]))
  plant(`${volume}/zero`, 'c 1:5')
  execFileSync('install', ['-m', '6755', `${volume}/rootfs/probe`, `${volume}/program`])
  const options = ['rbind', 'nodev', 'nosuid']
  const words = ['volume/zero', 'volume/program', 'file'].flatMap((name) => ['stat', `/copied/${name}`])
  const mounts = [
    proc,
    { destination: '/copied/volume', source: volume, options },
    { destination: '/copied/file', source: `${volume}/program`, options },
    copied(),
  ]
  const bundle = await make(config(words, { mounts }))
  assert.match(
    succeeded(await ocits(['run', '--bundle', bundle, 'below'])),
    /zero: No such file or directory\n.*program: file 0755 0:0\n.*file: file 0755 0:0\n/,
  )
})

law('copying a file that is larger than the file system soon fails', async () => {
  const bundle = await make(config(['id'], { mounts: [proc, copied(['size=1m'])] }))
  mkdirSync(`${bundle}/rootfs/copied`)
  writeFileSync(`${bundle}/rootfs/copied/large`, '')
  truncateSync(`${bundle}/rootfs/copied/large`, 2 ** 40)
  refused(await ocits(['run', '--bundle', bundle, 'large']), '#/mounts/1', 'ENOSPC')
})

law(
  'a file that becomes a device or a fifo during the copy is not read',
  async () => {
    const bundle = await make(config(['id'], { mounts: [proc, copied(['size=4m'])] }))
    const folder = `${bundle}/rootfs/copied`
    mkdirSync(folder)
    plant(`${folder}/file`, 'file')
    for (const what of ['c 1:5', 'fifo'] as const) {
      const other = `${bundle}/rootfs/other-${what.slice(0, 1)}`
      plant(other, what)
      const swapper = run([`${bundle}/rootfs/probe`, 'swap', `${folder}/file`, other, '3600'], { limit: 100_000 })
      try {
        for (let i = 0; i < many(200, 6); i++) {
          const { code, stderr } = await ocits(['run', '--bundle', bundle, 'turning'], { limit: 4_000 })
          // A copy of /dev/zero would have written 4 MiB before it failed.
          assert.not.match(stderr, /ENOSPC/)
          assert.ok(code === 0 || /#\/mounts\/1: .* (ESTALE|ENXIO|EEXIST|ENOENT)/.test(stderr), stderr)
        }
      } finally {
        process.kill(swapper.pid, 'SIGKILL')
      }
      await swapper
    }
    await must(['rm', '-rf', '--one-file-system', bundle])
  },
  100_000,
)

test.run()
