import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { image, law, ocits, type Planted, targets } from '../harness/image.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

const on = (destination: string, type = 'tmpfs') => ({ destination, type, source: type })
const file = (destination: string) => ({ destination, source: 'config.json', options: ['bind', 'ro'] })

for (const mount of [proc, on('/sys', 'sysfs')])
  law(`${mount.destination} that is a symlink is refused`, async () => {
    const planted = { '/elsewhere': 'folder', [mount.destination]: '→ /elsewhere' } as const
    const bundle = await image(config(['id'], { mounts: [mount] }), planted)
    refused(await ocits(['run', '--bundle', bundle, 'hostile']), '#/mounts/0', 'must be mounted on ordinary directory')
  })

for (const destination of ['/proc/self/attr', '//proc/./sys', '/a/../proc/1', '/link/self', '/back/proc/sys'])
  law(`a mount on ${destination} does not get into /proc`, async () => {
    const spec = config(['id'], { mounts: [proc, on(destination)] })
    const bundle = await image(spec, { '/link': '→ /proc', '/back': '→ /' })
    refused(await ocits(['run', '--bundle', bundle, 'hostile']), '#/mounts/1')
  })

const through = (source: string, options: readonly string[] = ['bind']) => ({
  destination: '/p',
  source,
  options: [...options],
})
const covers = {
  'a tmpfs': on('/p'),
  'a mqueue': on('/p', 'mqueue'),
  'a folder of the host': through('/usr', ['rbind']),
  'a part of procfs': through('/proc/sys'),
  'another part of procfs': through('/proc/self/fd', ['rbind']),
}

for (const [what, mount] of Object.entries(covers))
  law(`${what} does not go over /proc through a link`, async () => {
    for (const link of ['/proc', '/q', '../proc', '/proc/self/..']) {
      const bundle = await image(config(['id'], { mounts: [proc, mount] }), { '/p': `→ ${link}`, '/q': '→ proc' })
      refused(
        await ocits(['run', '--bundle', bundle, 'hostile']),
        '#/mounts/1',
        'only a proc may be mounted over /proc',
      )
    }
  })

law('another proc may go over /proc, also a bound one through a link', async () => {
  for (const mount of [on('/proc', 'proc'), through('/proc', ['rbind'])]) {
    const bundle = await image(config(['fs', '/proc'], { mounts: [proc, mount] }), { '/p': '→ /proc' })
    assert.match(succeeded(await ocits(['run', '--bundle', bundle, 'allowed'])), /proc/)
  }
})

law('the files of lxcfs may go into /proc', async () => {
  const names = ['cpuinfo', 'diskstats', 'meminfo', 'stat', 'swaps', 'uptime', 'loadavg']
  const mounts = names.map((name) => ({ destination: `/proc/${name}`, source: name, options: ['bind'] }))
  const bundle = await make(config(['read', '/proc/uptime', 'read', '/proc/stat'], { mounts: [proc, ...mounts] }))
  for (const name of names) writeFileSync(`${bundle}/${name}`, `false ${name}`)
  const expected = '/proc/uptime: false uptime\n/proc/stat: false stat\n'
  assert.is(succeeded(await ocits(['run', '--bundle', bundle, 'allowed'])), expected)
})

for (const target of targets)
  law(`mounts below a link to ${target} stay in the image`, async () => {
    for (const destination of ['/a', '/a/new/folder', '/b/c', '/b/c/../d'])
      for (const mount of [on(destination), file(destination)]) {
        const spec = config(['mounts'], { mounts: [proc, mount] })
        const bundle = await image(spec, { '/a': `→ ${target}`, '/b/c': `→ ${target}` })
        const { code, stdout } = await ocits(['run', '--bundle', bundle, 'hostile'])
        // A mount outside would have been unmounted with the old root.
        if (code === 0) assert.is(stdout.trim().split(' ').length, 4, `${destination}: ${stdout}`)
        else assert.is(stdout, '')
      }
  })

law('a dangling link is followed inside the image', async () => {
  const spec = config(['mount', '/not/yet', 'ls', '/not'], { mounts: [proc, on('/a')] })
  const bundle = await image(spec, { '/a': '→ /not/yet' })
  assert.is(succeeded(await ocits(['run', '--bundle', bundle, 'dangling'])), 'mount /not/yet: rw,relatime\n/not: yet\n')
})

for (const what of ['fifo', 'socket', 'c 1:5', 'c 5:0'] satisfies Planted[])
  law(`a mount on a ${what} ends soon`, async () => {
    for (const mount of [on('/node'), file('/node')]) {
      const bundle = await image(config(['id'], { mounts: [proc, mount] }), { '/node': what })
      await ocits(['run', '--bundle', bundle, 'hostile'], { limit: 4_000 })
    }
  })

law('masked and read-only paths that are links stay in the image', async () => {
  for (const target of targets) {
    const linux = {
      namespaces: [{ type: 'mount' as const }, { type: 'pid' as const }],
      maskedPaths: ['/mask', '/mask/file'],
      readonlyPaths: ['/ro', '/ro/file'],
    }
    const bundle = await image(config(['id'], { linux }), { '/mask': `→ ${target}`, '/ro': `→ ${target}` })
    await ocits(['run', '--bundle', bundle, 'hostile'])
  }
})

law('only the mount points of the image change', async () => {
  const bundle = await make(config(['id'], { mounts: [proc, on('/dev'), on('/a/b'), file('/c/file')] }))
  copyFileSync('/etc/passwd', `${bundle}/rootfs/passwd`)
  const before = readdirSync(`${bundle}/rootfs`, { recursive: true }).sort()
  succeeded(await ocits(['run', '--bundle', bundle, 'tidy']))
  const after = readdirSync(`${bundle}/rootfs`, { recursive: true }).sort()
  assert.equal(after, [...before, 'a', 'a/b', 'c', 'c/file', 'dev', 'proc'].sort())
})

test.run()
