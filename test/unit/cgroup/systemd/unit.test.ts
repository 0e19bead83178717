import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Asker, slicePath, unitOf } from '../../../../src/cgroup/systemd/unit.ts'
import { placeholder } from '../../../../src/step/step.ts'

const system: Asker = { id: 'web', ofUser: false }
const user: Asker = { id: 'web', ofUser: true }

const told = (path: string, asker = system) => {
  const unit = unitOf(path, asker)
  return 'message' in unit
    ? `${unit.pointer} ${unit.message}`
    : `${unit.kind} ${unit.name} in ${unit.parent} at ${unit.path}`
}

const cases: readonly (readonly [path: string, told: string])[] = [
  ['', 'scope ocits-web.scope in system.slice at /system.slice/ocits-web.scope'],
  ['machine.slice:libpod:12', 'scope libpod-12.scope in machine.slice at /machine.slice/libpod-12.scope'],
  [':docker:12', 'scope docker-12.scope in system.slice at /system.slice/docker-12.scope'],
  ['::12', 'scope 12.scope in system.slice at /system.slice/12.scope'],
  ['-.slice:cri:12', 'scope cri-12.scope in -.slice at /cri-12.scope'],
  [
    'kubepods-besteffort-pod1.slice:cri-containerd:12',
    'scope cri-containerd-12.scope in kubepods-besteffort-pod1.slice at ' +
      '/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-12.scope',
  ],
  ['a.slice:x:a-b.slice', 'slice a-b.slice in a.slice at /a.slice/a-b.slice'],
]
for (const [path, expected] of cases) test(`${path} is ${expected}`, () => assert.is(told(path), expected))

test('units of a user are in the slice of users', () => {
  assert.is(told('', user), 'scope ocits-web.scope in user.slice at /user.slice/ocits-web.scope')
})

test('the id may be a placeholder', () => {
  const unit = unitOf('', { id: placeholder.id, ofUser: false })
  assert.is('name' in unit && unit.name, `ocits-${placeholder.id}.scope`)
})

test('paths without the form slice:prefix:name', () => {
  for (const path of ['/a/b', 'a.slice:b', 'a.slice:b:c:d', 'a.slice:b:', ':']) {
    const words = `expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups, got "${path}" instead`
    assert.is(told(path), `/linux/cgroupsPath ${words}`)
  }
})

test('names that systemd does not accept', () => {
  for (const slice of ['a', '.slice', 'a--b.slice', '-a.slice', 'a-.slice', 'a/b.slice', 'a b.slice', 'é.slice']) {
    assert.is(told(`${slice}:b:c`), `/linux/cgroupsPath invalid slice name: ${slice}`)
    assert.is(slicePath(slice), undefined)
  }
  assert.is(told('::-.slice'), '/linux/cgroupsPath invalid slice name: -.slice')
  for (const name of ['a/b', 'a b', 'a+b', 'a@b', '../a']) {
    assert.is(told(`:x:${name}`), `/linux/cgroupsPath invalid unit name: x-${name}.scope`)
  }
  const long = 'a'.repeat(250)
  assert.is(told(`::${long}`), `/linux/cgroupsPath invalid unit name: ${long}.scope`)
  assert.ok(told(`::${'a'.repeat(249)}`).startsWith('scope'))
})

test.run()
