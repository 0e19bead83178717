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
const heard = (...said: readonly (readonly Uint8Array[])[]): Promise<readonly string[]> => results(said)
/** The answers that its calls get from such a bus. */
const answered = (...said: readonly (readonly Uint8Array[])[]): Promise<readonly string[]> => results(said, 'call')

function results(said: readonly (readonly Uint8Array[])[], ...words: readonly string[]): Promise<readonly string[]> {
  let next = 0
  const accept = (socket: Socket) => {
    const messages = said[next++] ?? []
    socket.once('data', () => {
      socket.write('OK 0123\r\n')
      socket.once('data', () => socket.end(Buffer.concat(messages)))
    })
  }
  return listening(accept, async (path) => {
    const limits = { timeout: 60_000 * patience(), env: { ASAN_OPTIONS: 'detect_leaks=0' }, maxBuffer: 1 << 24 }
    const { stdout } = await promisify(execFile)(binary, [path, `${said.length}`, ...words], limits)
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

test('a header or a body that is longer than any message is refused before it is read', async () => {
  const sized = (at: number, size: number) => {
    const bytes = Buffer.from(whole)
    bytes.writeUInt32LE(size, at)
    return [bytes]
  }
  const sizes = [(128 << 20) + 1, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff]
  const lines = await heard(...sizes.flatMap((size) => [sized(4, size), sized(12, size)]))
  assert.equal(new Set(lines), new Set(['Message too long']))
})

test('a byte that names no byte order and another protocol are refused', async () => {
  const changed = (at: number, value: number) => [
    Buffer.concat([whole.subarray(0, at), Buffer.of(value), whole.subarray(at + 1)]),
  ]
  assert.equal(await heard(changed(0, 0), changed(3, 2)), ['Bad message', 'Bad message'])
})

/** A message in the other byte order. The client reads only its sizes. */
function bigEndian(): Buffer {
  const bytes = Buffer.from(whole)
  for (const at of [4, 8, 12]) bytes.subarray(at, at + 4).swap32()
  bytes[0] = 'B'.charCodeAt(0)
  return bytes
}

/** Messages that any user of a bus can send to a connection. */
function strangers(): Readonly<Record<string, Buffer>> {
  const typed = Buffer.from(whole)
  typed.write('t', typed.indexOf('\x01s\0') + 1) // a field of a type that no field of the specification has
  return {
    small: whole,
    'larger than the buffer': message('signal', { ...signal, body: [7, 'x'.repeat(100_000)] }),
    'with a header larger than the buffer': message('signal', { ...signal, member: 'x'.repeat(100_000) }),
    'as large as the buffer': message('signal', { ...signal, body: [7, 'x'.repeat(16_384 - 107)] }),
    'in the other byte order': bigEndian(),
    'with a field of another type': typed,
    'a signal with the serial of the call': message('signal', { ...signal, replySerial: 5 }),
    'an answer to another call': message('error', { replySerial: 4, error: 'a.b', signature: 's', body: ['not ours'] }),
  }
}

test('the client skips messages of strangers', async () => {
  const good = message('reply', { replySerial: 5, signature: 's', body: ['ours'] })
  const bad = message('error', { replySerial: 5, error: 'a.b', signature: 's', body: ['why'] })
  const found: Record<string, readonly string[]> = {}
  for (const [what, bytes] of Object.entries(strangers()))
    found[what] = await answered([bytes, good], [bytes, bytes, bad])
  const passed = Object.keys(strangers()).map((what) => [what, ['ours', 'Remote I/O error: why']])
  assert.equal(found, Object.fromEntries(passed))
})

test('a signature ends at the end of the buffer', async () => {
  const bytes = message('signal', { member: 'x'.repeat(16_351), signature: 'u', body: [1] }).subarray(0, 16_384)
  bytes.writeUInt32LE(0, 4)
  bytes.writeUInt32LE(16_384 - 16, 12)
  assert.is(bytes[16_380], 1) // its length
  bytes[16_380] = 255
  bytes.fill(0x75, 16_381)
  assert.equal(await heard([bytes]), [end])
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
