import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'

// The options of a bind mount for symlinks, with the names of crun: copy-symlink, src-nofollow, dest-nofollow.

const root = '/run/ocits-bind-symlinks'
const one = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const plain: Linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }] }
const user: Linux = {
  namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'user' }],
  uidMappings: one,
  gidMappings: one,
}

type Bind = { readonly destination: string; readonly source: string; readonly options: readonly string[] }

async function bundleOf(linux: Linux, args: readonly string[], ...binds: readonly Bind[]): Promise<string> {
  const mounts = [proc, ...binds.map((each) => ({ ...each, options: [...each.options] }))]
  const path = await make(config(args, { linux, mounts }))
  writeFileSync(`${path}/file`, 'OUTSIDE')
  symlinkSync('file', `${path}/link`)
  symlinkSync('/nowhere', `${path}/dangling`)
  writeFileSync(`${path}/rootfs/target`, 'IMAGE')
  symlinkSync('target', `${path}/rootfs/alias`)
  if (linux === user) await must(['chown', '-hR', '100000:100000', path])
  return path
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  for (const [kind, linux] of [
    ['a plain container', plain],
    ['a user namespace', user],
  ] as const) {
    law(`copy-symlink makes the same link: ${kind}`, async (ocits) => {
      const at = (destination: string, source: string) => ({ destination, source, options: ['rbind', 'copy-symlink'] })
      const binds = [at('/new/a', 'link'), at('/b', 'dangling'), at('/c', 'file')]
      const path = await bundleOf(linux, ['stat', '/new/a', 'stat', '/b', 'read', '/c'], ...binds)
      const printed = succeeded(await ocits(['run', '--bundle', path, 'x']))
      assert.match(printed, /^\/new\/a: symlink to file\n\/b: symlink to \/nowhere\n\/c: OUTSIDE\n$/)
      assert.is(readlinkSync(`${path}/rootfs/new/a`), 'file')
      // An equal existing link stays; a different file is not replaced.
      succeeded(await ocits(['run', '--bundle', path, 'x']))
      const other = await bundleOf(linux, ['id'], at('/alias', 'link'))
      refused(await ocits(['run', '--bundle', other, 'x']), 'config.json#/mounts/1', 'EEXIST')
      assert.is(readlinkSync(`${other}/rootfs/alias`), 'target')
    })

    law(`src-nofollow binds the link itself, dest-nofollow covers a link: ${kind}`, async (ocits) => {
      const both = { destination: '/alias', source: 'link', options: ['bind', 'src-nofollow', 'dest-nofollow'] }
      const over = { destination: '/new', source: 'dangling', options: ['bind', 'src-nofollow'] }
      const path = await bundleOf(linux, ['stat', '/alias', 'stat', '/new', 'read', '/target'], both, over)
      const printed = succeeded(await ocits(['run', '--bundle', path, 'x']))
      assert.is(printed, '/alias: symlink to file\n/new: symlink to /nowhere\n/target: IMAGE\n')
      assert.is(readlinkSync(`${path}/rootfs/alias`), 'target')
    })

    law(`dest-nofollow covers the link, otherwise its target is covered: ${kind}`, async (ocits) => {
      const bind = { destination: '/alias', source: 'file', options: ['bind'] }
      const args = ['read', '/target', 'stat', '/alias']
      const followed = succeeded(await ocits(['run', '--bundle', await bundleOf(linux, args, bind), 'x']))
      assert.is(followed, '/target: OUTSIDE\n/alias: symlink to target\n')
      const itself = { ...bind, options: ['bind', 'dest-nofollow'] }
      const covered = succeeded(await ocits(['run', '--bundle', await bundleOf(linux, args, itself), 'x']))
      assert.match(covered, /^\/target: IMAGE\n\/alias: file /)
    })
  }
}

const [binding] = bindings
if (binding !== undefined) {
  const law = lawsOf(binding, root)

  law('without the options the source is followed', async (ocits) => {
    const path = await bundleOf(plain, ['read', '/a'], { destination: '/a', source: 'link', options: ['bind'] })
    assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/a: OUTSIDE\n')
  })

  law('dest-nofollow follows links before the last component, inside the root', async (ocits) => {
    const bind = { destination: '/up/made', source: 'file', options: ['bind', 'dest-nofollow'] }
    const path = await bundleOf(plain, ['read', '/etc/made'], bind)
    mkdirSync(`${path}/rootfs/etc`)
    symlinkSync('/../../../etc', `${path}/rootfs/up`)
    assert.is(succeeded(await ocits(['run', '--bundle', path, 'x'])), '/etc/made: OUTSIDE\n')
    assert.not.ok(existsSync('/etc/made'))
  })

  law('features lists them, and they are for bind mounts only', async (ocits) => {
    const { mountOptions } = JSON.parse(succeeded(await ocits(['features'])))
    for (const option of ['copy-symlink', 'src-nofollow', 'dest-nofollow']) {
      assert.ok(mountOptions.includes(option))
      const tmpfs = { destination: '/t', type: 'tmpfs', source: 't', options: [option] }
      const path = await make(config(['id'], { mounts: [proc, tmpfs] }))
      refused(await ocits(['run', '--bundle', path, 'x']), '#/mounts/1/options/0', `${option} is for bind mounts only`)
    }
  })

  law('the error for a mount point names the component, and the error for a bind mount its source', async (ocits) => {
    const into = (destination: string) => ({ destination, source: 'file', options: ['bind'] })
    const fs = (destination: string) => ({ destination, type: 'tmpfs', source: 't' })
    const closed = { destination: '/ro', type: 'tmpfs', source: 't' }
    for (const [mount, ...words] of [
      [into('/target/below/x'), 'file on /target/below/x: ENOTDIR', ': /target: '],
      [fs('/target/below/x'), 'ENOTDIR', ': /target: '],
      [into('/ro/sub/x'), 'file on /ro/sub/x: EROFS', ': /ro/sub: ', 'cannot be made'],
      [into('/ro/x'), 'EROFS', ': /ro/x: ', 'cannot be made'],
      [fs('/ro/sub/deep/x'), 'EROFS', ': /ro/sub: '],
      [{ ...into('/target'), source: '.' }, 'ENOTDIR', '. on /target: '],
    ] as const) {
      const changed = { destination: '/ro', options: ['remount', 'ro'] }
      const path = await make(config(['id'], { mounts: [proc, closed, changed, { ...mount }] }))
      writeFileSync(`${path}/file`, '')
      writeFileSync(`${path}/rootfs/target`, '')
      refused(await ocits(['run', '--bundle', path, 'x']), 'config.json#/mounts/3: ', ...words)
      const program = await ocits(['compile', '--bundle', path, '--output', `${path}/program`])
      succeeded(program)
      refused(await ocits(['run', '--program', `${path}/program`, 'x']), 'config.json#/mounts/3: ', ...words)
    }
  })

  law('the error for a folder without search permission names the folder', async (ocits) => {
    const bind = { destination: '/closed/sub/x', source: 'file', options: ['bind'] }
    const path = await bundleOf(user, ['id'], bind)
    mkdirSync(`${path}/rootfs/closed`, { mode: 0o700 })
    refused(await ocits(['run', '--bundle', path, 'x']), 'config.json#/mounts/1', 'EACCES', ': /closed/sub: ')
    assert.is(lstatSync(`${path}/rootfs/closed`).uid, 0)
    assert.is(readFileSync(`${path}/file`, 'utf8'), 'OUTSIDE')
  })
}

test.run()
