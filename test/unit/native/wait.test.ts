import koffi from 'koffi'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { follow, native } from '../../../src/native/koffi.ts'

const libc = koffi.load('libc.so.6')
const spawnC = libc.func('int posix_spawn(_Out_ int *, const char *, void *, void *, const char **, const char **)')

/** A child that Node does not know, like those of execute. */
function child(script: string): number {
  const pid: [number] = [0]
  assert.is(spawnC(pid, '/bin/sh', null, null, ['sh', '-c', script, null], ['PATH=/bin', null]), 0)
  return pid[0]
}

test('follow: the exit of each of many children, with one thread', async () => {
  const children = Array.from({ length: 60 }, (_, i) => child(`sleep 0.${i % 4}; exit ${i}`))
  const waits = children.map(follow)
  assert.equal(await Promise.all(waits.map((wait) => wait())), [...children.keys()])
})

test('follow: a signal is 128 and its number; a late caller gets the same answer', async () => {
  const wait = follow(child('kill -KILL $$'))
  assert.is(await wait(), 137)
  assert.is(await wait(), 137)
})

test('follow: a process that has ended, or of somebody else', async () => {
  assert.throws(() => follow(0x3fffff), /errno 3/)
})

test('the event loop continues while a child runs', async () => {
  const pid = child('sleep 5')
  const wait = follow(pid)()
  let ticks = 0
  const timer = setInterval(() => {
    if (++ticks === 5) process.kill(pid)
  }, 10)
  assert.is(await wait, 128 + 15)
  clearInterval(timer)
  assert.ok(ticks >= 5)
})

test('nothing is left: neither descriptors nor zombies', async () => {
  const list = () => native.list('/proc/self/fd')
  await follow(child('true'))()
  const before = list()
  await Promise.all(Array.from({ length: 20 }, () => follow(child('true'))()))
  assert.is(list(), before)
})

test.run()
