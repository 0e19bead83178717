import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { features } from '../../../src/cli/features.ts'
import { architecture } from '../../../src/seccomp/architectures.ts'
import { fixtures, publishedFaults, testPublished } from '../spec/published.ts'

type Told = {
  readonly mountOptions: readonly string[]
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
  // It is the schema of features that speaks, down to the lists.
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

test('it has what containerd and docker look for', () => {
  assert.ok(told.mountOptions.includes('rro'))
  assert.ok(told.linux.namespaces.includes('user'))
  assert.equal(told.linux.mountExtensions, { idmap: { enabled: true } })
})

test('it claims no architecture that the compiler does not know', () => {
  for (const name of told.linux.seccomp.archs ?? []) assert.is(architecture(name)?.name, name)
})

test.run()
