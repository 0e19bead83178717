import { mkdtempSync, rmSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errno } from '../../../src/kernel/errno.ts'
import { outcomeOf } from '../../../src/lifecycle/effects.ts'
import { executeAsync } from '../../../src/native/koffi.ts'
import { stopUnitOf, updateUnit } from '../../../src/plan/unit.ts'
import { encode } from '../../../src/program/encode.ts'
import type { Step } from '../../../src/step/step.ts'
import { listening, message, type Sent, serve } from '../../fixtures/bus.ts'
import type { Message } from '../../fixtures/bus_message.ts'
import { v2Host } from '../../fixtures/hosts.ts'
import { planOf, single } from '../../fixtures/plans.ts'

// The steps `unit` and `stop_unit` with a bus of the test, without an init and without cgroups.

const job = '/job/1'
const systemd = ':1.0'
const removed = (path: string, result: string, sender = systemd): Sent => ({
  member: 'JobRemoved',
  sender,
  signature: 'uoss',
  body: [1, path, 'ocits-x.scope', result],
})
const unit = (bus: string): Step => ({
  ...single(planOf({}, { host: v2Host, request: { cgroups: { bus, cgroup: '', id: 'x' } } }), 'unit'),
  dirs: [],
  timeout: 500,
})

type Answer = (call: Message, say: (kind: 'reply' | 'error' | 'signal', sent: Sent) => void, socket: Socket) => void

/** The result of the steps, and the calls that the bus received. */
async function carried(stepsOf: (bus: string) => Iterable<Step>, answer: Answer) {
  const calls: string[] = []
  const heard = serve((call, socket) => {
    calls.push(call.member)
    answer(
      call,
      (kind, sent) => socket.write(message(kind, { replySerial: kind === 'signal' ? 0 : call.serial, ...sent })),
      socket,
    )
  })
  const root = mkdtempSync(`${tmpdir()}/ocits-unit-`)
  try {
    const outcome = await listening(heard, async (bus) => {
      const bytes = encode([...stepsOf(bus)])
      return outcomeOf(await executeAsync(bytes, root, 'x', [], -1))
    })
    const error = outcome.index === undefined ? 'done' : `${errno(outcome.errno).name} ${outcome.detail}`
    return { error, calls: calls.filter((name) => name !== 'Hello' && name !== 'AddMatch').join(' ') }
  } finally {
    rmSync(root, { recursive: true })
  }
}

const queued = { sender: systemd, signature: 'o', body: [job] }

test('done when the job is done', async () => {
  const { error, calls } = await carried(
    (bus) => [unit(bus)],
    ({ member }, say) => {
      if (member !== 'StartTransientUnit') return
      say('reply', queued)
      say('signal', removed('/job/2', 'failed'))
      say('signal', removed(job, 'done'))
    },
  )
  assert.is(error, 'done')
  assert.is(calls, 'StartTransientUnit')
})

test('nobody else can report this', async () => {
  const { error } = await carried(
    (bus) => [unit(bus)],
    ({ member }, say) => {
      if (member === 'StartTransientUnit') say('reply', queued)
      say('signal', removed(job, 'done', ':1.66'))
    },
  )
  assert.match(error, /^ETIMEDOUT/)
})

test('a job that fails is an error, and the rest of the unit is stopped', async () => {
  const { error, calls } = await carried(
    (bus) => [unit(bus)],
    ({ member }, say) => {
      if (member === 'Hello' || member === 'AddMatch') return
      say('reply', member === 'ResetFailedUnit' ? {} : queued)
      say('signal', removed(job, member === 'StopUnit' ? 'done' : 'failed'))
    },
  )
  assert.is(error, 'EREMOTEIO the job of its unit ended: failed')
  assert.is(calls, 'StartTransientUnit StopUnit ResetFailedUnit')
})

test('an existing unit is reset once; after that it is an error, and stays', async () => {
  const exists: Sent = { error: 'org.freedesktop.systemd1.UnitExists', signature: 's', body: ['it is there'] }
  const { error, calls } = await carried(
    (bus) => [unit(bus)],
    ({ member }, say) => (member === 'StartTransientUnit' ? say('error', exists) : say('error', { error: 'a.b' })),
  )
  assert.is(error, 'EREMOTEIO it is there')
  assert.is(calls, 'StartTransientUnit ResetFailedUnit StartTransientUnit')
})

test('a bus that closes the connection, and a wrong reply, are errors', async () => {
  const broken: readonly [Answer, RegExp][] = [
    [({ member }, _say, socket) => void (member === 'StartTransientUnit' && socket.destroy()), /^ECONNRESET/],
    [(_call, say) => say('reply', { sender: systemd, signature: 's', body: ['x'] }), /^EBADMSG/],
    [(_call, say) => say('error', { error: 'a.Denied' }), /^EREMOTEIO a\.Denied/],
  ]
  for (const [answer, expected] of broken) assert.match((await carried((bus) => [unit(bus)], answer)).error, expected)
})

test('a missing unit counts as stopped; without a bus there is none', async () => {
  const gone: Sent = { error: 'org.freedesktop.systemd1.NoSuchUnit', signature: 's', body: ['what?'] }
  const stopped = (at: (bus: string) => string, dir = '/nowhere', inode = 7) =>
    carried(
      (bus) => stopUnitOf({ name: 'ocits-x.scope', bus: at(bus) }, dir, inode),
      ({ member }, say) => void (member === 'StopUnit' && say('error', gone)),
    )
  assert.equal(await stopped((bus) => bus), { error: 'done', calls: 'StopUnit' })
  assert.equal(await stopped((bus) => `${bus}.none`), { error: 'done', calls: '' })
  const { ino } = statSync('/tmp')
  assert.equal(await stopped((bus) => bus, '/tmp', ino), { error: 'done', calls: 'StopUnit' })
  assert.equal(await stopped((bus) => bus, '/tmp', ino + 1), { error: 'done', calls: '' }, "another's unit")
})

const resources = { memory: { limit: 67_108_864 }, pids: { limit: 10 } }
const updated = (bus: string) => updateUnit({ name: 'ocits-x.scope', bus }, resources, v2Host)

test('set_unit: systemd gets the limits until the unit ends', async () => {
  let body: unknown
  const { error, calls } = await carried(updated, (call, say) => {
    body = call.body
    say('reply', { sender: systemd, signature: '', body: [] })
  })
  assert.equal([error, calls], ['done', 'SetUnitProperties'])
  assert.match(
    JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    /ocits-x.scope.*true.*MemoryMax.*67108864.*TasksMax.*10/,
  )
})

test('set_unit: a limit that systemd refuses is an error with its message', async () => {
  const { error } = await carried(updated, (_, say) =>
    say('error', {
      sender: systemd,
      error: 'org.freedesktop.systemd1.NoSuchUnit',
      signature: 's',
      body: ['no such unit'],
    }),
  )
  assert.is(error, 'EREMOTEIO no such unit')
})

test.run()
