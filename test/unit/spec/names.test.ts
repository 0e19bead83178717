import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isNew, namespace } from '../../../src/spec/namespace.ts'
import { clean, utf8Length } from '../../../src/spec/path.ts'
import { at } from '../../../src/spec/pointer.ts'
import { listRanges } from '../../../src/spec/ranges.ts'
import { sysctlNames } from '../../../src/spec/sysctl.ts'

test('pointers escape the special characters of keys (RFC 6901)', () => {
  assert.is(at(), '')
  assert.is(at('mounts', 2, 'options', 0), '/mounts/2/options/0')
  assert.is(at('linux', 'sysctl', 'net/ipv4~1'), '/linux/sysctl/net~1ipv4~01')
  assert.is(at('annotations', ''), '/annotations/')
})

test('paths are cleaned component by component', () => {
  const cases = {
    '': '/',
    '/': '/',
    a: '/a',
    '//a//b/': '/a/b',
    '/a/./../b': '/b',
    '../../a': '/a',
    '/a/..': '/',
    '/...': '/...',
  }
  for (const [path, cleaned] of Object.entries(cases)) assert.is(clean(path), cleaned, path)
})

test('lengths are those of UTF-8', () => {
  for (const text of ['', 'a', 'é', '€', '😀', 'aé€😀']) assert.is(utf8Length(text), Buffer.byteLength(text), text)
})

test('the first separator in a sysctl is its separator', () => {
  assert.equal(sysctlNames('net.ipv4.ip_forward'), ['net', 'ipv4', 'ip_forward'])
  assert.equal(sysctlNames('net/ipv4/conf/eth0.1/forwarding'), ['net', 'ipv4', 'conf', 'eth0.1', 'forwarding'])
  assert.equal(sysctlNames('net.ipv4.conf.eth0/1.forwarding'), ['net', 'ipv4', 'conf', 'eth0.1', 'forwarding'])
  assert.equal(sysctlNames('single'), ['single'])
  for (const key of ['', '.', '..', '/a', 'a/', 'a..b', 'a.', 'a/../b', 'a.//.b', 'net./.x']) {
    assert.is(sysctlNames(key), undefined, key)
  }
})

test('lists of CPUs are ranges', () => {
  assert.equal(listRanges(''), [])
  assert.equal(listRanges('0-3, 7,'), [
    [0, 3],
    [7, 7],
  ])
  assert.equal(listRanges('5'), [[5, 5]])
  for (const list of [
    '3-0',
    '0-3:',
    '0-3:1',
    '0-3:3/2',
    '0-3:0/2',
    '0-3:1/0',
    '0-3:1/2/3',
    '0-3:1/2:1/2',
    ':1/2',
    '0-65536:1/2',
    '-',
    '1-',
    '-1',
    '1-2-3',
    '1 2',
    'a',
    '1234567890',
  ])
    assert.is(listRanges(list), undefined, list)
})

test('a stride selects the first CPUs of every group', () => {
  const pairs = [0, 4, 8, 12].map((at) => [at, at + 1])
  assert.equal(listRanges('0-15:2/4'), pairs)
  assert.equal(listRanges('1-4:2/3,9'), [
    [1, 2],
    [4, 4],
    [9, 9],
  ])
  assert.equal(listRanges('7:1/1'), [[7, 7]])
})

test('a namespace is new without a path, or with an empty one', () => {
  const namespaces = [
    { type: 'pid' as const },
    { type: 'uts' as const, path: '' },
    { type: 'ipc' as const, path: '/a' },
  ]
  const spec = { ociVersion: '1.0.0', linux: { namespaces } }
  assert.ok(isNew(spec, 'pid') && isNew(spec, 'uts'))
  assert.not.ok(isNew(spec, 'ipc') || isNew(spec, 'time'))
  assert.is(namespace(spec, 'ipc')?.path, '/a')
  assert.is(namespace({ ociVersion: '1.0.0' }, 'ipc'), undefined)
})

test.run()
