import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { binary, type Runtime, runtime } from '../harness/binding.ts'
import { stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { withFault } from '../harness/strace.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { makeUser, uid, userRoot, userRuntime } from '../harness/user.ts'

// Devices are those of the config, or the container is refused. A container never gets a different device that the host has at this path.

await makeUser()
const root = '/run/ocits-devices'
const ocits = runtime(binary, root)
const user = userRuntime(binary)

type Device = NonNullable<Linux['devices']>[number]

const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const alone = [{ containerID: 0, hostID: uid, size: 1 }]
const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] }
const mapped = (ids: typeof maps): Linux => ({
  namespaces: (['pid', 'mount', 'user'] as const).map((type) => ({ type })),
  uidMappings: ids,
  gidMappings: ids,
})

async function bundleOf(devices: readonly Device[], linux: Linux, mounts = [proc, dev]): Promise<string> {
  const words = [...new Set(devices.map(({ path }) => path))].flatMap((path) => ['stat', path, 'open', path])
  const path = await make(config(words, { mounts, linux: { ...linux, devices: [...devices] } }))
  const owner = linux.uidMappings?.[0]?.hostID ?? 0
  await must(['chown', '-R', `${owner}:${owner}`, path])
  return path
}

async function law(name: string, state: string, body: () => Promise<void>): Promise<void> {
  live(name, async () => {
    const before = traces(state)
    await body()
    await unchanged(before, state)
  })
}

/** The host has this file at this path while `body` runs. */
async function withNode(path: string, words: readonly string[], body: () => Promise<void>): Promise<void> {
  execFileSync('mknod', [path, ...words])
  chmodSync(path, 0o666)
  try {
    await body()
  } finally {
    rmSync(path)
  }
}

const here = '/dev/ocits-test'
const c = (major: number, minor: number, more: Partial<Device> = {}): Device => ({
  type: 'c',
  path: here,
  major,
  minor,
  ...more,
})

/** A device of the config, seen from inside. */
const devices: readonly (readonly [device: Device, shows: string])[] = [
  [c(1, 3), 'char 1:3 0666 0:0'],
  [c(1, 3, { fileMode: 0o600, uid: 5, gid: 6 }), 'char 1:3 0600 5:6'],
  [c(1, 5, { type: 'u', fileMode: 0, uid: 65_535 }), 'char 1:5 0000 65535:0'],
  [c(7, 99, { type: 'b', fileMode: 0o640, gid: 65_535 }), 'block 7:99 0640 0:65535'],
  [{ type: 'p', path: here, fileMode: 0o620, uid: 5 }, 'fifo 0620 5:0'],
  [c(1, 9, { path: '/dev/a/new/folder' }), 'char 1:9 0666 0:0'],
  [c(1, 8, { path: '/elsewhere', uid: 1, gid: 2 }), 'char 1:8 0666 1:2'],
  [c(1, 5, { path: '/dev/null', uid: 3 }), 'char 1:5 0666 3:0'],
  [c(1, 3, { path: '/dev/zero', fileMode: 0o444 }), 'char 1:3 0444 0:0'],
]

const plain: Linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }] }
const ofHost: Readonly<Record<string, readonly string[]>> = {
  'nothing there': [],
  'another device there': ['c', '1', '8'],
  'a fifo there': ['p'],
  'the same device there': ['c', '1', '3'],
}

for (const [where, linux] of [
  ['without a user namespace', plain],
  ['in a user namespace', mapped(maps)],
] as const)
  for (const [what, words] of Object.entries(ofHost))
    law(`${where}, with ${what} on the host, devices are those of the config`, root, async () => {
      const seen = async () => {
        for (const [device, shows] of devices) {
          const printed = succeeded(await ocits(['run', '--bundle', await bundleOf([device], linux), 'device']))
          assert.is(printed.split('\n')[0], `${device.path}: ${shows}`)
        }
      }
      if (words.length === 0) await seen()
      else await withNode(here, words, seen)
    })

law('all devices of a user namespace can be opened there, at the same time', root, async () => {
  const many = [...Array(140).keys()].map((i) => c(1, i % 2 ? 3 : 5, { path: `/dev/many/${i}`, uid: i }))
  const printed = succeeded(await ocits(['run', '--bundle', await bundleOf(many, mapped(maps)), 'many']))
  const wanted = many.map(({ path, minor, uid }) => `${path}: char 1:${minor} 0666 ${uid}:0\nopen ${path}: ok\n`)
  assert.is(printed, wanted.join(''))
})

law('of two devices at one path the first is made, and a warning names the other', root, async () => {
  for (const linux of [plain, mapped(maps)]) {
    const path = await bundleOf([c(1, 3), c(1, 5, { path: '/dev/../dev/ocits-test' })], linux)
    const { stdout, stderr } = await ocits(['run', '--bundle', path, 'twice'])
    assert.match(stdout, /^\/dev\/ocits-test: char 1:3 0666 0:0\n/)
    assert.match(stderr, /^ocits: warning: config.json#\/linux\/devices\/1\/path: .*#?\/linux\/devices\/0 already/)
  }
})

law('an owner without a map is refused', root, async () => {
  for (const field of ['uid', 'gid']) {
    const path = await bundleOf([c(1, 3, { [field]: 65_536 })], mapped(maps))
    refused(await ocits(['run', '--bundle', path, 'x']), `#/linux/devices/0/${field}`, '65536 is not mapped')
  }
})

// The current kernel clones a detached mount; an older one returns EINVAL, here by strace.
law('on a kernel that clones only attached mounts', root, async () => {
  const path = await bundleOf([c(1, 3, { uid: 5, gid: 6 })], mapped(maps))
  const seventh = { name: 'open_tree', nth: 7 } // after the six of every container
  const command = [...ocits.command, 'run', '--bundle', path, 'old']
  const { stdout, stderr, code } = await withFault(command, seventh, 'error=EINVAL', true)
  assert.equal([code, stderr], [0, ''])
  assert.is(stdout, `${here}: char 1:3 0666 5:6\nopen ${here}: ok\n`)
  const failed = await withFault(command, { name: 'open_tree', nth: 6 }, 'error=EINVAL', true)
  refused({ ...failed, stdout: '' }, 'source 5: clone of /dev/tty', 'EINVAL')
})

law('devices are made in a joined user namespace if the config has the maps', root, async () => {
  const first = await bundleOf([], mapped(maps))
  succeeded(await ocits(['create', '--bundle', first, 'first']))
  const { pid } = await stateOf(ocits, 'first')
  const namespaces = [{ type: 'user' as const, path: `/proc/${pid}/ns/user` }, ...(plain.namespaces ?? [])]
  const device = c(1, 3, { uid: 5, gid: 6 })
  const known = await bundleOf([device], { ...mapped(maps), namespaces })
  assert.match(succeeded(await ocits(['run', '--bundle', known, 'x'])), /^\S+: char 1:3 0666 5:6\n/)
  const unknown = await bundleOf([device], { namespaces })
  await must(['chown', '-R', '100000:100000', unknown])
  refused(await ocits(['run', '--bundle', unknown, 'x']), '#/linux/devices/0', 'what the host has at this path')
  await withNode(here, ['c', '1', '3'], async () => {
    assert.match(succeeded(await ocits(['run', '--bundle', unknown, 'x'])), /^\S+: char 1:3 0666 \d+:\d+\n/)
  })
  succeeded(await ocits(['delete', '--force', 'first']))
})

/** A user gets the host's device, but only if it is the same device. */
async function onlyTheSame(runtime: Runtime): Promise<void> {
  const path = await bundleOf([c(1, 3)], mapped(alone))
  const attempt = () => runtime(['run', '--bundle', path, 'mine'])
  const words = ['#/linux/devices/0', 'what the host has at this path']
  refused(await attempt(), ...words)
  for (const other of [['c', '1', '5'], ['b', '1', '3'], ['p']])
    await withNode(here, other, async () => refused(await attempt(), ...words))
  await withNode(here, ['c', '1', '3'], async () => {
    assert.match(succeeded(await attempt()), /^\S+: char 1:3 0666 65534:65534\nopen \S+: ok\n$/)
    chownSync(here, uid, uid)
    assert.match(succeeded(await attempt()), /^\S+: char 1:3 0666 0:0\n/)
  })
}

law("a user gets the host's device if it is the requested one, otherwise none", userRoot, () => onlyTheSame(user))

law('root that may not make devices, as in most containers, gets those of the host', root, async () => {
  const unable = (path: string) =>
    run(['setpriv', '--bounding-set=-mknod', '--inh-caps=-mknod', ...ocits.command, 'run', '--bundle', path, 'x'])
  const path = await make(config(['stat', '/dev/null', 'open', '/dev/null'], { mounts: [proc, dev], linux: plain }))
  assert.match(succeeded(await unable(path)), /^\S+: char 1:3 0666 0:0\nopen \S+: ok\n$/)
  const words = ['#/linux/devices/0', 'what the host has at this path']
  refused(await unable(await bundleOf([c(1, 3)], plain)), ...words)
})

law("a different device at the host's /dev/null is refused", root, async () => {
  const path = await bundleOf([], mapped(maps))
  const script = 'mount --bind /dev/zero /dev/null && exec "$@" </dev/zero'
  const command = [...ocits.command, 'run', '--bundle', path, 'x']
  refused(await run(['unshare', '--mount', 'sh', '-c', script, 'sh', ...command]), 'on /dev/null, if it is c 1:3')
})

test.run()
