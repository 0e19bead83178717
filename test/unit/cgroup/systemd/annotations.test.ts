import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { annotated } from '../../../../src/cgroup/systemd/annotations.ts'

const one = (name: string, text: string) => [...annotated({ [`org.systemd.property.${name}`]: text })]
const refused = (name: string, text: string, message: string) =>
  assert.equal(one(name, text), [
    { pointer: `/annotations/org.systemd.property.${name.replaceAll('/', '~1')}`, message },
  ])

test('properties of any type, in order; other annotations are ignored', () => {
  const annotations = {
    'org.systemd.property.CollectMode': "'inactive-or-failed'",
    'org.opencontainers.image.title': "'x'",
    'org.systemd.property.CPUWeight': 'uint64 5',
    'org.systemd.property.BindsTo': "['a.service']",
  }
  assert.equal(
    [...annotated(annotations)],
    [
      { name: 'CollectMode', value: { signature: 's', value: 'inactive-or-failed' } },
      { name: 'CPUWeight', value: { signature: 't', value: 5 } },
      { name: 'BindsTo', value: { signature: 'as', value: ['a.service'] } },
    ],
  )
})

test('seconds become microseconds', () => {
  const micro = (text: string) => {
    const [found] = one('TimeoutStopSec', text)
    if (found === undefined || !('name' in found)) return found?.message
    assert.is(found.name, 'TimeoutStopUSec')
    assert.is(found.value.signature, 't')
    return found.value.value
  }
  assert.is(micro('30'), 30_000_000n)
  assert.is(micro('uint64 5'), 5_000_000n)
  assert.is(micro('1.5'), 1_500_000n)
  assert.is(micro('uint64 18446744073709'), 18_446_744_073_709_000_000n)
  for (const text of ['uint64 18446744073710', '-1', "'5'", 'true', '1e999', '[1]']) {
    assert.is(micro(text), `${JSON.stringify(text)}: not a number of seconds`)
  }
})

test('microseconds, and names that only end in Sec, stay unchanged', () => {
  assert.equal(one('TimeoutStopUSec', 'uint64 5'), [{ name: 'TimeoutStopUSec', value: { signature: 't', value: 5 } }])
  assert.equal(one('XXSec', '5'), [{ name: 'XXSec', value: { signature: 'i', value: 5 } }])
})

test('invalid names and invalid values', () => {
  for (const name of ['ab', '', 'With Space', 'With/Slash', 'Ünder', 'Number1']) {
    refused(name, '5', `not the name of a systemd property: ${JSON.stringify(name)}`)
  }
  refused('CPUWeight', 'many', '"many": expected a value, found "many"')
})

test.run()
