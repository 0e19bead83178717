import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../../scripts/build/files.ts'
import { features } from '../../../src/cli/features.ts'
import { caps } from '../../../src/kernel/caps.ts'
import { mempolicyFlags, mempolicyModes } from '../../../src/kernel/mempolicy.ts'
import { mountOptions } from '../../../src/kernel/mount_options.ts'
import { namespaces } from '../../../src/kernel/namespaces.ts'
import { architecture } from '../../../src/seccomp/architectures.ts'
import { fixtures, publishedFaults, testPublished } from '../spec/published.ts'

type Told = {
  readonly hooks: readonly string[]
  readonly mountOptions: readonly string[]
  readonly potentiallyUnsafeConfigAnnotations: readonly string[]
  readonly linux: Readonly<Record<string, unknown>> & {
    readonly namespaces: readonly string[]
    readonly seccomp: Readonly<Record<string, readonly string[]>>
  }
}
const told = JSON.parse(JSON.stringify(features())) as Told

testPublished('the published schema takes it', () => {
  const faults = publishedFaults('features')
  for (const { name, text } of fixtures('good', 'features')) assert.equal(faults(JSON.parse(text)), [], name)
  for (const { name, text } of fixtures('bad', 'features')) assert.ok(faults(JSON.parse(text)).length > 0, name)
  assert.equal(faults(told), [])
  // The test compares with the schema of features, including its lists.
  const { seccomp } = told.linux
  const wrong = { ...told, linux: { ...told.linux, seccomp: { ...seccomp, archs: [...(seccomp.archs ?? []), 'x86'] } } }
  assert.is(faults(wrong).length > 0, true)
})

test('it has every field of the specification, in its order', () => {
  const names = 'ociVersionMin ociVersionMax hooks mountOptions linux annotations potentiallyUnsafeConfigAnnotations'
  assert.is(Object.keys(told).join(' '), names)
  const linux =
    'namespaces capabilities cgroup seccomp apparmor selinux intelRdt memoryPolicy mountExtensions netDevices'
  assert.is(Object.keys(told.linux).join(' '), linux)
})

test('it names each annotation with an effect, because any of them could be unsafe', () => {
  const used = new Set<string>()
  for (const file of filesOf('src', '.ts')) {
    if (file === 'src/cli/features.ts') continue
    for (const [name] of readFileSync(file, 'utf8').matchAll(/(?<=')(run\.oci|org\.systemd|org\.criu)\.[\w.]*(?=')/g))
      used.add(name)
  }
  assert.equal([...used].sort(), told.potentiallyUnsafeConfigAnnotations)
})

test('its names are those of the tables that the planner uses', () => {
  const { linux, hooks, mountOptions: options } = told
  assert.equal(linux.namespaces, Object.keys(namespaces).sort())
  assert.equal(linux.capabilities, Object.keys(caps))
  assert.equal(options, mountOptions)
  assert.equal(linux.memoryPolicy, { modes: Object.keys(mempolicyModes), flags: Object.keys(mempolicyFlags) })
  assert.equal(hooks, ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'])
  assert.equal(linux.seccomp.supportedFlags, linux.seccomp.knownFlags)
  assert.equal(linux.cgroup, { v1: true, v2: true, systemd: true, systemdUser: true, rdma: true })
  for (const name of ['apparmor', 'selinux', 'netDevices']) assert.equal(linux[name], { enabled: true }, name)
  assert.equal(linux.intelRdt, { enabled: true, schemata: true, monitoring: true })
})

test('it has the fields that containerd and docker read', () => {
  assert.ok(told.mountOptions.includes('rro'))
  assert.ok(told.linux.namespaces.includes('user'))
  assert.equal(told.linux.mountExtensions, { idmap: { enabled: true } })
})

test('it claims no architecture that the compiler does not know', () => {
  for (const name of told.linux.seccomp.archs ?? []) assert.is(architecture(name)?.name, name)
})

test.run()
