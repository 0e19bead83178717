import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { canary, manifest } from '../harness/canary.ts'
import { law, ocits, type Planted } from '../harness/image.ts'
import { config, proc } from '../harness/make.ts'
import { must } from '../harness/run.ts'
import { bundleFor } from './image.ts'
import { some } from './scale.ts'

// One config has all fields by which the runtime names a path of the image. In the image one of these paths is a link: each place is
// combined with each target. Nothing outside may change, and in the volume only what the container itself would change.

const dev = (name: string, type: string) => ({ destination: `/dev/${name}`, type, source: type })
const tmpfs = (destination: string, options: readonly string[] = []) => ({
  ...{ destination, type: 'tmpfs', source: 'tmpfs' },
  options: [...options],
})
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]

const namespaces = (['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup'] as const).map((type) => ({ type }))

/** `over`: whether the config has a mount at /dev. */
function everything(over: boolean, user: boolean, readonly: boolean): Spec {
  const spaces = user ? [...namespaces, { type: 'user' as const }] : namespaces
  return config(['stat', '/', 'ls', '/dev'], {
    root: { path: 'rootfs', readonly },
    hostname: 'hostile',
    process: { cwd: '/work/cwd', user: { uid: 0, gid: 0 }, env: ['PATH=/bin:/usr/bin'] },
    mounts: [
      proc,
      ...(over ? [tmpfs('/dev', ['mode=755'])] : []),
      ...[dev('pts', 'devpts'), dev('shm', 'tmpfs'), dev('mqueue', 'mqueue')],
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] },
      { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro'] },
      tmpfs('/run'),
      tmpfs('/copied', ['tmpcopyup']),
      { destination: '/etc/hosts', source: 'hosts', options: ['bind'] },
      { destination: '/data', source: 'volume', options: ['rbind', 'rslave'] },
      { destination: '/srv/new/folder', source: 'volume', options: ['bind', 'ro'] },
    ],
    linux: {
      namespaces: spaces,
      ...(user ? { uidMappings: maps, gidMappings: maps } : {}),
      devices: [
        { type: 'c', path: '/dev/net/tun', major: 10, minor: 200 },
        { type: 'p', path: '/opt/pipe' },
      ],
      sysctl: { 'kernel.msgmax': '4321' },
      maskedPaths: ['/proc/kcore', '/proc/timer_list', '/sys/firmware', '/mask/file', '/mask/folder'],
      readonlyPaths: ['/proc/sys', '/proc/bus', '/ro/file', '/ro/folder'],
    },
  })
}

const inDev = [
  'console',
  'ptmx',
  'pts',
  'shm',
  'mqueue',
  'fd',
  'stdin',
  'core',
  'null',
  'zero',
  'tty',
  'net',
  'net/tun',
]
const places = [
  ...['/dev', ...inDev.map((name) => `/dev/${name}`)],
  ...['/proc', '/proc/sys', '/proc/self', '/proc/kcore', '/sys', '/sys/fs', '/sys/fs/cgroup', '/sys/firmware'],
  ...['/run', '/copied', '/copied/a/b', '/etc', '/etc/hosts', '/etc/passwd', '/etc/group'],
  ...['/data', '/srv', '/srv/new', '/srv/new/folder', '/work', '/work/cwd', '/opt', '/opt/pipe'],
  ...['/mask', '/mask/file', '/mask/folder', '/ro', '/ro/file', '/ro/folder'],
]
const targets = [
  ...[canary, `${canary}/folder`, `${canary}/file`, `${canary}/new`, `../../../../../../../..${canary}/folder`],
  ...['/', '.', '..', 'itself', '/nowhere/at/all', '/dev', '/dev/null', '/proc', '/data', '/copied'],
  ...['/proc/sys/kernel/hostname', '/proc/self/root', `/proc/1/root${canary}`, '/proc/self/cwd', '/proc/self/fd/3'],
]

const cases = [true, false].flatMap((over) =>
  [true, false].flatMap((user) =>
    [true, false].flatMap((readonly) =>
      places.flatMap((place) => targets.map((target) => ({ over, user, readonly, place, target }))),
    ),
  ),
)
/** Each place is tested with each target, in one of the ways in turn. */
const taken = cases.filter((_, index) => {
  const [way, rest] = [Math.floor(index / (places.length * targets.length)), index % (places.length * targets.length)]
  return way === (rest + Math.floor(rest / targets.length)) % 8
})

for (const place of places)
  law(
    `${place} of the image may be any link`,
    async () => {
      const { path, again } = await bundleFor()
      let ran = 0
      for (const { over, user, readonly, target } of some(
        taken.filter((one) => one.place === place),
        2,
      )) {
        const planted: Readonly<Record<string, Planted>> = { [place]: `→ ${target === 'itself' ? place : target}` }
        again(everything(over, user, readonly), planted)
        rmSync(`${path}/volume`, { recursive: true, force: true })
        for (const name of ['volume/dev', 'volume/folder']) mkdirSync(`${path}/${name}`, { recursive: true })
        for (const name of ['hosts', 'volume/ptmx', 'volume/null']) writeFileSync(`${path}/${name}`, 'of the host\n')
        await must([
          'chown',
          '-R',
          '--no-dereference',
          '100000:100000',
          `${path}/rootfs`,
          `${path}/volume`,
          `${path}/hosts`,
        ])
        const before = manifest(`${path}/volume`)
        const { code, stdout, stderr } = await ocits(['run', '--bundle', path, 'hostile'])
        const what = `${place} → ${target}, ${JSON.stringify({ over, user, readonly })}: ${stderr}`
        if (code === 0) ran++
        else assert.is(stdout, '', what)
        assert.not.match(stderr, /this is a bug/, what)
        // If a link of the image leads a mount point into the volume, it is made there. A device, a link or a copy is not.
        const after = manifest(`${path}/volume`).filter((line) => !isMountPoint(line))
        assert.equal(
          after,
          before.filter((line) => !isMountPoint(line)),
          what,
        )
      }
      console.log(`  ${ran} ran`)
    },
    120_000,
  )

/** An empty folder or file, which may be a mount point. The time of a folder changes when something is made in it. */
const isMountPoint = (line: string) => / 40\d+ /.test(line) || line.endsWith(` 0 ${empty}`)
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test.run()
