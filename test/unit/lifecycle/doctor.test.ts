import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ELOOP, ENOENT, ENOTDIR } from '../../../src/kernel/errnos.ts'
import { inRoot } from '../../../src/lifecycle/doctor/in_root.ts'
import { isNewer } from '../../../src/lifecycle/doctor/kernel.ts'
import { native } from '../../../src/native/koffi.ts'
import type { Mount } from '../../../src/spec/mounts.ts'

test('kernel versions are compared by their numbers', () => {
  for (const release of ['5.12', '5.12.0', '5.12-rc1', '5.100.1', '6.0', '6.18.44-fc'])
    assert.ok(isNewer(release, '5.12'), release)
  for (const release of ['', '5.11.99', '5.2', '4.19.0-27', '2.6']) assert.not.ok(isNewer(release, '5.12'), release)
})

const folder = mkdtempSync('/tmp/ocits-in-root-')
test.after(() => rmSync(folder, { recursive: true }))
const rootfs = `${folder}/rootfs`
mkdirSync(`${rootfs}/usr/bin`, { recursive: true })
mkdirSync(`${folder}/data/below`, { recursive: true })
writeFileSync(`${rootfs}/usr/bin/sh`, '')
symlinkSync('usr/bin', `${rootfs}/bin`)
symlinkSync('/usr/bin/sh', `${rootfs}/usr/absolute`)
symlinkSync('../../../../../usr/bin/sh', `${rootfs}/usr/upwards`)
symlinkSync('circle', `${rootfs}/circle`)
symlinkSync('data', `${folder}/link`)

const found = (path: string, mounts: readonly Mount[] = []) =>
  inRoot({ native, spec: { ociVersion: '1.3.0', mounts: [...mounts] }, bundle: folder, rootfs }, path)

test('a path is resolved in the root, and its links do not lead out of it', () => {
  for (const path of ['/usr/bin/sh', '/bin/sh', '/usr/absolute', '/usr/upwards', '/../../bin/./sh'])
    assert.is(found(path), `${rootfs}/usr/bin/sh`, path)
  assert.is(found('/'), rootfs)
})

test('the error names the obstacle', () => {
  assert.is(found('/bin/none'), -ENOENT)
  assert.is(found('/usr/bin/sh/x'), -ENOTDIR)
  assert.is(found('/circle'), -ELOOP)
})

test('mounts are considered: a bind mount shows its source, and a new file system is unknown', () => {
  const bind = { destination: '/usr', type: 'bind', source: 'link' }
  assert.is(found('/usr/below', [bind]), `${folder}/data/below`)
  assert.is(found('/bin/sh', [bind]), -ENOENT)
  assert.is(found('/bin/sh', [{ destination: '/usr/bin', type: 'tmpfs' }]), undefined)
  assert.is(found('/bin/sh', [{ destination: '/usr/other', type: 'tmpfs' }]), `${rootfs}/usr/bin/sh`)
  assert.is(found('/usr/bin/sh', [{ destination: '/usr', type: 'tmpfs' }, bind]), -ENOENT)
})

test.run()
