import { execFile } from 'node:child_process'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { listening, message } from '../fixtures/bus.ts'
import { compileWithShared } from '../harness/compile.ts'
import { patience } from '../harness/patience.ts'

// Messages of a bus, read by native/parent/bus.c under the sanitizers.

const binary = compileWithShared('bus', ['parent/bus', 'parent/clock', 'wire/reader'])

/** The results of the client with a bus that, for each connection, sends the next of these and closes it. */
function heard(...said: readonly (readonly Uint8Array[])[]): Promise<readonly string[]> {
  let next = 0
  const accept = (socket: Socket) => {
    const words = said[next++] ?? []
    socket.once('data', () => {
      socket.write('OK 0123\r\n')
      socket.once('data', () => socket.end(Buffer.concat(words)))
    })
  }
  return listening(accept, async (path) => {
    const limits = { timeout: 60_000 * patience(), env: { ASAN_OPTIONS: 'detect_leaks=0' }, maxBuffer: 1 << 24 }
    const { stdout } = await promisify(execFile)(binary, [path, `${said.length}`], limits)
    return stdout.trimEnd().split('\n')
  })
}

const signal = { member: 'JobRemoved', sender: ':1.0', signature: 'us', body: [7, 'done'] } as const
const whole = message('signal', signal)
const end = 'Connection reset by peer'

test('messages, and the fields of their headers', async () => {
  const answer = message('error', { replySerial: 3, error: 'a.b', signature: 'us', body: [1, 'x'] })
  assert.equal(await heard([whole, answer]), [`4 0 JobRemoved :1.0  us 7 done; 3 3   a.b us 1 x; ${end}`])
})

test('a message that is cut at any place is refused', async () => {
  const cuts = [...whole.keys()].map((size) => [whole.subarray(0, size)])
  assert.equal(new Set(await heard(...cuts)), new Set([end]))
})

test('a header or a body that is longer than the buffer is refused before it is read', async () => {
  const sized = (at: number, size: number) => {
    const bytes = Buffer.from(whole)
    bytes.writeUInt32LE(size, at)
    return [bytes]
  }
  const sizes = [16_384, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff]
  const lines = await heard(...sizes.flatMap((size) => [sized(4, size), sized(12, size)]))
  assert.equal(new Set(lines), new Set(['Message too long']))
})

test('another byte order and another protocol are refused', async () => {
  const changed = (at: number, value: number) => [
    Buffer.concat([whole.subarray(0, at), Buffer.of(value), whole.subarray(at + 1)]),
  ]
  assert.equal(await heard(changed(0, 66), changed(3, 2)), ['Bad message', 'Bad message'])
})

test('a signature ends at the end of the buffer', async () => {
  const bytes = message('signal', { member: 'x'.repeat(16_351), signature: 'u', body: [1] }).subarray(0, 16_384)
  bytes.writeUInt32LE(0, 4)
  bytes.writeUInt32LE(16_384 - 16, 12)
  assert.is(bytes[16_380], 1) // its length
  bytes[16_380] = 255
  bytes.fill(0x75, 16_381)
  assert.equal(await heard([bytes]), ['Bad message'])
})

test('no changed byte leads outside the message', async () => {
  const said: Uint8Array[][] = []
  for (let at = 0; at < whole.length; at++)
    for (const value of [0, 1, 0x7f, 0xff, (whole[at] ?? 0) ^ 1]) {
      const bytes = Buffer.from(whole)
      bytes[at] = value
      said.push([bytes, whole])
    }
  const lines = await heard(...said)
  assert.is(lines.length, said.length)
})

test('a client that is not authenticated gets an error', async () => {
  const accept = (words: string) => (socket: Socket) => void socket.once('data', () => socket.write(words))
  const once = async (path: string) =>
    (await promisify(execFile)(binary, [path, '1'], { timeout: 20_000 * patience() })).stdout.trim()
  assert.is(await listening(accept('REJECTED EXTERNAL\r\n'), once), 'Permission denied')
  assert.is(await listening(accept(`DATA${'x'.repeat(20_000)}`), once), 'Bad message')
  assert.is(await listening(accept('DATA\r\n'), once), 'Connection timed out')
})

test.run()
