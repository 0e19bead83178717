import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { specFaults } from '../../../src/spec/faults.ts'
import { check } from '../../../src/spec/load.ts'
import { docker } from './docker.ts'
import { full } from './full.ts'

const minimal = { ociVersion: '1.0.0', root: { path: 'rootfs' } }

/** The text of a config where strings `#123` stand for bare numbers, which JavaScript cannot represent. */
const text = (config: unknown) => JSON.stringify(config).replace(/"#(-?\d+)"/g, '$1')

test('valid configs are returned unchanged', () => {
  for (const config of [minimal, docker, full]) assert.equal(check(text(config)), { spec: config, warnings: [] })
})

test('integers of 64 bits are exact', () => {
  const process = {
    cwd: '/',
    args: ['a'],
    rlimits: [{ type: 'RLIMIT_AS', soft: '#9007199254740993', hard: '#18446744073709551615' }],
  }
  const linux = { resources: { memory: { limit: '#9223372036854775807', swap: '#-9223372036854775808' } } }
  const checked = check(text({ ...minimal, process, linux }))
  assert.ok(checked !== undefined && 'spec' in checked)
  assert.equal(checked.spec.process?.rlimits?.[0], {
    type: 'RLIMIT_AS',
    soft: 9007199254740993n,
    hard: 18446744073709551615n,
  })
  assert.equal(checked.spec.linux?.resources?.memory, { limit: 9223372036854775807n, swap: -9223372036854775808n })
})

test('one integer beyond 2⁵³ is enough to have it exact', () => {
  const rlimits = [{ type: 'RLIMIT_AS', soft: 0, hard: '#18446744073709551615' }]
  const checked = check(text({ ...minimal, process: { cwd: '/', args: ['a'], rlimits } }))
  assert.ok(checked !== undefined && 'spec' in checked)
  assert.is(checked.spec.process?.rlimits?.[0]?.hard, 18446744073709551615n)
  const beyond = [{ type: 'RLIMIT_AS', soft: 0, hard: '#18446744073709551616' }]
  assert.is(check(text({ ...minimal, process: { cwd: '/', args: ['a'], rlimits: beyond } })), undefined)
})

test('integers beyond 64 bits, and beyond the range of a field, are refused', () => {
  const memory = (limit: string) => text({ ...minimal, linux: { resources: { memory: { limit } } } })
  const uid = text({ ...minimal, process: { cwd: '/', args: ['a'], user: { uid: '#18446744073709551615' } } })
  const words = 'Expected integer from -9223372036854775808 to 9223372036854775807'
  for (const limit of ['#9223372036854775808', '#-9223372036854775809', '#99999999999999999999']) {
    assert.is(check(memory(limit)), undefined)
    const message = `${words}, not ${limit.slice(1)}`
    assert.equal(specFaults(memory(limit)), [{ pointer: '/linux/resources/memory/limit', message }])
  }
  assert.is(check(uid), undefined)
  assert.equal(specFaults(uid), [
    { pointer: '/process/user/uid', message: 'Expected integer, not 18446744073709551615' },
  ])
})

test('the cold module explains broken JSON and wrong types, all at once', () => {
  assert.is(check('{'), undefined)
  assert.is(
    specFaults('{')[0]?.message,
    'line 1, column 2: expected a name in double quotes, found the end of the text',
  )
  const wrong = text({ ociVersion: 1, mounts: [{ destination: '/a' }, {}], linux: { namespaces: [{ type: 'x' }] } })
  assert.is(check(wrong), undefined)
  assert.equal(specFaults(wrong), [
    { pointer: '/ociVersion', message: 'Expected string, not 1' },
    { pointer: '/mounts/1/destination', message: 'Expected required property' },
    {
      pointer: '/linux/namespaces/0/type',
      message: 'Expected one of mount, pid, network, uts, ipc, user, cgroup, time, not "x"',
    },
  ])
})

test('the error has the value, and the probable intention', () => {
  const mount = (type: unknown) => ({ linux: { namespaces: [{ type }] } })
  const limit = (limit: unknown) => ({ linux: { resources: { memory: { limit } } } })
  const kinds = 'Expected one of mount, pid, network, uts, ipc, user, cgroup, time, not '
  const range = 'Expected integer from -9223372036854775808 to 9223372036854775807, not '
  const user = (uid: unknown) => ({ process: { cwd: '/', args: ['a'], user: { uid } } })
  for (const [part, message] of [
    [mount('netwrok'), `${kinds}"netwrok": did you mean network?`],
    [mount('PID'), `${kinds}"PID": did you mean pid?`],
    [mount(7), `${kinds}7`],
    [mount(['pid']), `${kinds}a list`],
    [mount('x'.repeat(100)), `${kinds}"${'x'.repeat(59)}…`],
    [limit('512m'), `${range}"512m": in bytes that is 536870912`],
    [limit('512M'), `${range}"512M": in bytes that is 536870912`],
    [limit('1 GiB'), `${range}"1 GiB": in bytes that is 1073741824`],
    [limit('2kb'), `${range}"2kb": in bytes that is 2048`],
    [limit('100b'), `${range}"100b": in bytes that is 100`],
    [limit('8E'), `${range}"8E": in bytes that is 9223372036854775808`],
    [limit('1024'), `${range}"1024": without the quotes it is a number`],
    [limit('-1'), `${range}"-1": without the quotes it is a number`],
    [limit('half'), `${range}"half"`],
    [limit(1.5), `${range}1.5`],
    [limit({}), `${range}an object`],
    [user('0'), 'Expected integer, not "0": without the quotes it is a number'],
    [user('root'), 'Expected integer, not "root"'],
    [user(-1), 'Expected integer to be greater or equal to 0, not -1'],
    [{ hostname: 5 }, 'Expected string, not 5'],
    [{ mounts: {} }, 'Expected array, not an object'],
    [{ root: [] }, 'Expected object, not a list'],
  ] as const)
    assert.is(specFaults(text({ ...minimal, ...part }))[0]?.message, message)
})

test('the root of a config must be an object', () => {
  for (const value of ['null', '[]', '"x"', '1', 'true']) {
    assert.is(check(value), undefined, value)
    assert.is(specFaults(value)[0]?.pointer, '', value)
  }
})

test('broken rules are listed, and explain reports the same', () => {
  const config = text({ ...minimal, ociVersion: '2', hostname: 'a' })
  const faults = [
    { pointer: '/ociVersion', message: 'unknown version "2": 1.x is known' },
    { pointer: '/hostname', message: 'unable to set hostname without a private UTS namespace' },
  ]
  assert.equal(check(config), { faults, warnings: [] })
  assert.equal(specFaults(config), faults)
})

test('a valid config has nothing to explain', () => {
  assert.equal(specFaults(text(full)), [])
})

test('unknown properties and other platforms are ignored, however deep', () => {
  const deep = `${'['.repeat(400)}${']'.repeat(400)}`
  const config = `{"ociVersion": "1.0.0", "root": {"path": "a", "b": 1e400}, "windows": 5, "c": ${deep}}`
  assert.ok('spec' in (check(config) ?? {}))
})

test.run()
