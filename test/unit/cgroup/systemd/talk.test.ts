import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { userBuses } from '../../../../src/cgroup/systemd/address.ts'
import { decodeMessage, type Message } from '../../../../src/cgroup/systemd/message.ts'
import { authEnd, authReply, authRequest } from '../../../../src/cgroup/systemd/sasl.ts'
import { begin, change, type Line, manager, startUnit, stop, type Talk } from '../../../../src/cgroup/systemd/talk.ts'
import type { Value } from '../../../../src/cgroup/systemd/value.ts'
import { bytes } from './bytes.ts'

const none = { path: '', interface: '', member: '', error: '', destination: '', sender: '', signature: '' }
const reply = (to: number, ...body: readonly Value[]): Message => ({
  ...none,
  type: 'reply',
  serial: 1,
  replySerial: to,
  body,
})
const failure = (to: number, error: string, ...body: readonly Value[]): Message => ({
  ...reply(to, ...body),
  type: 'error',
  error,
})
const ended = (job: string, result: string): Message => ({
  ...reply(0, 7, job, 'a.scope', result),
  type: 'signal',
  member: 'JobRemoved',
})
const named: Message = { ...reply(0, ':1.5'), type: 'signal', member: 'NameAcquired' }

/** What the other side says to a call; it is asked by the name of the method and how often it was called. */
type Script = (method: string, serial: number, times: number) => readonly Message[]

/** Carries a conversation out against a script; answers its result and the methods that were called. */
function carry<T>(talk: Talk<T>, script: Script): { readonly value: T; readonly called: readonly string[] } {
  const called: string[] = []
  const waiting: Message[] = []
  let turn = talk.next()
  while (!turn.done) {
    if (turn.value === 'receive') {
      const message = waiting.shift()
      if (message === undefined) throw new Error(`waits for ever after ${called.join(' ')}`)
      turn = talk.next(message)
    } else {
      const { member, serial } = decodeMessage(turn.value.send)
      called.push(member)
      waiting.push(...script(member, serial, called.filter((each) => each === member).length))
      turn = talk.next()
    }
  }
  return { value: turn.value, called }
}

const fresh = (): Line => ({ serial: 0, signals: [] })
const start = (script: Script) => carry(startUnit(fresh(), 'a.scope', []), script)
const systemd1 = 'org.freedesktop.systemd1'

const works: Script = (method, serial) =>
  method === 'StartTransientUnit' || method === 'StopUnit'
    ? [reply(serial, '/job/1'), ended('/job/1', 'done')]
    : [reply(serial)]

test('a connection begins with Hello, whatever signals come between', () => {
  const { value, called } = carry(begin(), (_, serial) => [named, reply(serial, ':1.5')])
  assert.equal(called, ['Hello'])
  assert.is(value.serial, 1)
})

test('a unit is started: signals are asked for before the job is made', () => {
  assert.equal(start(works).called, ['AddMatch', 'Subscribe', 'StartTransientUnit'])
})

test('the job may end before its reply is read', () => {
  const script: Script = (method, serial) =>
    method === 'StartTransientUnit'
      ? [ended('/job/0', 'failed'), ended('/job/1', 'done'), reply(serial, '/job/1')]
      : [reply(serial)]
  assert.is(start(script).called.length, 3)
})

test('jobs of others, and other signals, are not ours', () => {
  const script: Script = (method, serial) =>
    method === 'StartTransientUnit'
      ? [reply(serial, '/job/1'), named, ended('/job/2', 'failed'), ended('/job/1', 'done')]
      : [reply(serial)]
  assert.is(start(script).called.length, 3)
})

test('what a failed unit of the same name left is removed, once', () => {
  const exists =
    (until: number): Script =>
    (method, serial, times) =>
      method === 'StartTransientUnit' && times <= until
        ? [failure(serial, `${systemd1}.UnitExists`, 'Unit exists.')]
        : works(method, serial, times)
  const calls = ['AddMatch', 'Subscribe', 'StartTransientUnit', 'ResetFailedUnit', 'StartTransientUnit']
  assert.equal(start(exists(1)).called, calls)
  assert.throws(() => start(exists(2)), 'Unit exists.')
})

test('a job that fails is told, and its unit forgotten', () => {
  const called: string[] = []
  const script: Script = (method, serial) => {
    called.push(method)
    return method === 'StartTransientUnit' ? [reply(serial, '/job/1'), ended('/job/1', 'failed')] : [reply(serial)]
  }
  assert.throws(
    () => start(script),
    (error: Error & { code?: string }) =>
      error.code === 'failed' && error.message === 'systemd could not start a.scope: failed',
  )
  assert.is(called.at(-1), 'ResetFailedUnit')
})

test('an error of the bus has its name and its words', () => {
  const denied = 'org.freedesktop.DBus.Error.AccessDenied'
  const says =
    (...words: readonly string[]): Script =>
    (_, serial) => [failure(serial, denied, ...words)]
  const told = (message: string) => (error: Error & { code?: string }) =>
    error.code === denied && error.message === message
  assert.throws(() => start(says('Access denied')), told('Access denied'))
  assert.throws(() => start(says()), told(denied))
})

test('a unit is stopped, or was gone', () => {
  assert.equal(carry(stop(fresh(), 'a.scope'), works).called, ['AddMatch', 'Subscribe', 'StopUnit', 'ResetFailedUnit'])
  const gone: Script = (method, serial, times) => {
    if (method === 'ResetFailedUnit') return [failure(serial, `${systemd1}.NoSuchUnit`)]
    return method === 'StopUnit' ? [failure(serial, `${systemd1}.NoSuchUnit`)] : works(method, serial, times)
  }
  assert.is(carry(stop(fresh(), 'a.scope'), gone).called.length, 4)
  const canceled: Script = (method, serial) =>
    method === 'StopUnit' ? [reply(serial, '/job/1'), ended('/job/1', 'canceled')] : [reply(serial)]
  assert.throws(() => carry(stop(fresh(), 'a.scope'), canceled), 'could not stop a.scope: canceled')
})

test('a unit is changed', () => {
  assert.equal(carry(change(fresh(), 'a.scope', []), works).called, ['SetUnitProperties'])
})

test('the version and the cgroup of systemd', () => {
  const says =
    (version: string): Script =>
    (_, serial, times) => [reply(serial, { signature: 's', value: times === 1 ? version : '/user.slice' })]
  const facts = (version: string) => carry(manager(fresh()), says(version)).value
  assert.equal(facts('252.22-1~deb12u1'), { systemd: 252, cgroup: '/user.slice' })
  assert.is(facts('v245.4-4ubuntu3').systemd, 245)
  assert.is(facts('"257"').systemd, 257)
  assert.throws(() => carry(manager(fresh()), (_, serial) => [reply(serial, 5)]), 'not a property of words')
})

test('who we are is said in hexadecimal digits', () => {
  assert.is(Buffer.from(authRequest(1000)).toString(), '\0AUTH EXTERNAL 31303030\r\n')
  assert.is(Buffer.from(authEnd).toString(), 'BEGIN\r\n')
})

test('the answer of the bus, whole or not', () => {
  const text = (words: string) => authReply(bytes(Buffer.from(words).toString('hex')))
  assert.is(text('OK 1234'), undefined)
  assert.equal(text('OK 1234deadbeef\r\n'), { accepted: true, line: 'OK 1234deadbeef' })
  assert.equal(text('REJECTED EXTERNAL\r\nmore'), { accepted: false, line: 'REJECTED EXTERNAL' })
  assert.is(text('OKAY\r\n')?.accepted, false)
  assert.is(text('x'.repeat(2000))?.accepted, false)
})

test('where the bus of a user is', () => {
  const buses = (address: string, runtimeDir = '/run/user/5') => userBuses({ address, runtimeDir })
  assert.equal(buses(''), ['/run/user/5/bus'])
  assert.equal(buses('', ''), [])
  assert.equal(buses('unix:path=/a/b,guid=12'), ['/a/b'])
  assert.equal(buses('tcp:host=a;unix:abstract=/tmp/x;unix:guid=1,path=/c'), ['\0/tmp/x', '/c'])
  assert.equal(buses('unix:path=/a%20b%c3%a9%2fc'), ['/a bé/c'])
})

test.run()
