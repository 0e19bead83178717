import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// Options of a file system that are too long for fsconfig(2): an overlay of many layers.

const top = '/run/layers'
mkdirSync(top)

/** A lowerdir of this many layers, each with its own file. */
function lowerdir(count: number): string {
  const layers = Array.from({ length: count }, (_, i) => `${top}/${String(i).padStart(60, '0')}`)
  layers.forEach((layer, i) => {
    mkdirSync(layer, { recursive: true })
    writeFileSync(`${layer}/${i}`, String(i))
  })
  return `lowerdir=${layers.join(':')}`
}

for (const binding of bindings) {
  const law = lawsOf(binding, '/run/ocits-long-options')

  law('as many layers as mount(2) accepts', async (ocits) => {
    for (const count of [3, 4, 20, 50]) {
      const options = [lowerdir(count), 'nosuid', 'noexec', 'noatime', 'ro', 'shared']
      const mount = { destination: '/new/data', type: 'overlay', source: 'overlay', options }
      const seen = ['read', `/new/data/${count - 1}`, 'read', '/new/data/0', 'mount', '/new/data', 'cwd']
      const path = await make(config(seen, { mounts: [proc, mount] }))
      const printed = succeeded(await ocits(['run', '--bundle', path, 'x']))
      const start = `/new/data/${count - 1}: ${count - 1}\n/new/data/0: 0\nmount /new/data: ro,nosuid,noexec,noatime shared\n`
      assert.is(printed, `${start}cwd /\n`)
    }
  })

  law('a tmpfs with a long option has the mode of the covered folder, as with short ones', async (ocits) => {
    for (const zeros of [4, 300]) {
      const options = [`size=${'0'.repeat(zeros)}100k`]
      const mount = { destination: '/covered', type: 'tmpfs', source: 'tmpfs', options }
      const path = await make(config(['stat', '/covered'], { mounts: [proc, mount] }))
      mkdirSync(`${path}/rootfs/covered`, { mode: 0o710 })
      assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/covered: directory 0710 0:0\n')
    }
  })

  law('more are refused, and the error has the limit', async (ocits) => {
    const mount = { destination: '/data', type: 'overlay', source: 'overlay', options: [lowerdir(60)] }
    const path = await make(config(['id'], { mounts: [proc, mount] }))
    refused(await ocits(['run', '--bundle', path, 'x']), 'config.json#/mounts/1', 'E2BIG', '4096 bytes')
  })

  law('the new mount is identified by the mount that it covers, and not by its path', async (ocits) => {
    const options = [lowerdir(4), 'private']
    const mount = { destination: '/below/link', type: 'overlay', source: 'overlay', options }
    const path = await make(config(['read', '/below/0'], { mounts: [proc, mount] }))
    mkdirSync(`${path}/rootfs/below`)
    symlinkSync('.', `${path}/rootfs/below/link`)
    assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/below/0: 0\n')
  })

  law('the error names a wrong option next to a long one', async (ocits) => {
    const mount = { destination: '/data', type: 'overlay', source: 'overlay', options: [lowerdir(4), 'index=maybe'] }
    const path = await make(config(['id'], { mounts: [proc, mount] }))
    refused(await ocits(['run', '--bundle', path, 'x']), 'config.json#/mounts/1', 'EINVAL', "Bad value for 'index'")
  })

  law('a long source', async (ocits) => {
    const mount = { destination: '/data', type: 'tmpfs', source: 's'.repeat(300), options: ['nosuid', 'mode=755'] }
    const path = await make(config(['mount', '/data'], { mounts: [proc, mount] }))
    assert.match(succeeded(await ocits(['run', '--bundle', path, 'x'])), 'mount /data: rw,nosuid')
  })

  law('a relative path of an overlay is refused, because the image could have a link there', async (ocits) => {
    for (const option of ['lowerdir=/usr:layer', 'upperdir=layer', 'lowerdir=/a\\:b:c']) {
      const mount = { destination: '/data', type: 'overlay', source: 'overlay', options: [option] }
      const path = await make(config(['id'], { mounts: [proc, mount] }))
      refused(await ocits(['run', '--bundle', path, 'x']), 'config.json#/mounts/1/options', 'must be absolute')
    }
  })
}

test.run()
