import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'

// If a process has no HOME, ocits looks it up in the image's /etc/passwd, which may be any file.

const root = '/run/ocits-home'
const uid = 6999
const line = `me:x:${uid}:0:Me:/home/me:/bin/sh`
const others = (count: number) =>
  Array.from({ length: count }, (_, i) => `user${i}:x:${10_000 + i}:0:Some Body:/home/user${i}:/bin/sh\n`).join('')

const sys = { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] }

type Image = (rootfs: string) => void | Promise<void>
const written =
  (text: string): Image =>
  (rootfs) =>
    writeFileSync(`${rootfs}/etc/passwd`, text)
const linked =
  (target: string): Image =>
  (rootfs) => {
    mkdirSync(`${rootfs}/nix/store/x`, { recursive: true })
    writeFileSync(`${rootfs}/nix/store/x/passwd`, `${line}\n`)
    symlinkSync('/nix/store', `${rootfs}/gnu`)
    symlinkSync('../store/x/passwd', `${rootfs}/nix/store/second`)
    symlinkSync(target, `${rootfs}/etc/passwd`)
  }

const found: readonly [string, Image][] = [
  ['a plain file', written(`${line}\n`)],
  ['without a newline at the end', written(line)],
  ['an absolute link', linked('/nix/store/x/passwd')],
  ['a relative link', linked('../nix/store/x/passwd')],
  ['a link by a link to a link', linked('/gnu/../store/second')],
  ['a link that begins above the root', linked('../../../../../nix/store/x/passwd')],
  ['megabytes of others before', written(`${others(60_000)}${line}\n${others(10)}`)],
  ['a line without end before', written(`long:x:1:1:${'x'.repeat(100_000)}:/long:/bin/sh\n${line}\n`)],
  ['lines that are none before', written(`\n:\n::\nx:y:z\n${uid}\na:x:${uid}x:0::/no:\nb:x:-1:0::/no:\n${line}`)],
  ['the first of two lines', written(`${line}\nagain:x:${uid}:0:Me:/no:/bin/sh\n`)],
]

const absent: readonly [string, Image][] = [
  ['nobody', written(others(5))],
  ['empty', written('')],
  ['a link to nothing', linked('/nix/no')],
  ['a link to itself', linked('passwd')],
  ['a folder', (rootfs) => mkdirSync(`${rootfs}/etc/passwd`)],
  ['a fifo', async (rootfs) => void (await must(['mkfifo', `${rootfs}/etc/passwd`]))],
  ['a terminal', async (rootfs) => void (await must(['mknod', `${rootfs}/etc/passwd`, 'c', '5', '0']))],
  ['a link to a descriptor', linked('/proc/self/fd/0')],
  // Files with the mode of a regular file that ask the kernel when the runtime reads them, with its rights.
  ...[
    '/proc/kmsg',
    '/proc/self/mem',
    '/proc/1/mem',
    '/proc/self/clear_refs',
    '/proc/kallsyms',
    '/sys/kernel/notes',
  ].map((target): [string, Image] => [`a link to ${target}`, linked(target)]),
  [
    'a file of a terabyte without a line',
    (rootfs) => {
      writeFileSync(`${rootfs}/etc/passwd`, '')
      truncateSync(`${rootfs}/etc/passwd`, 2 ** 40)
    },
  ],
]

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  const homeOf = async (ocits: Parameters<Parameters<typeof law>[1]>[0], image: Image) => {
    const bundle = await make(config(['env'], { mounts: [proc, sys], process: { user: { uid, gid: 0 } } }))
    rmSync(`${bundle}/rootfs/etc`, { recursive: true, force: true })
    mkdirSync(`${bundle}/rootfs/etc`)
    await image(`${bundle}/rootfs`)
    return succeeded(await ocits(['run', '--bundle', bundle, 'home']))
  }

  law('HOME is found in a file of any size, through links inside', async (ocits) => {
    for (const [what, image] of found) assert.is(await homeOf(ocits, image), 'env HOME=/home/me\n', what)
  })

  law('with a wrong passwd file HOME is /, and nothing blocks', async (ocits) => {
    for (const [what, image] of absent) assert.is(await homeOf(ocits, image), 'env HOME=/\n', what)
  })
}

test.run()
