import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { carried } from '../../../src/library.ts'
import { type Acts, carry } from '../../../src/machine/carry.ts'
import { native } from '../../../src/native/koffi.ts'
import { encode } from '../../../src/program/encode.ts'

const root = '/tmp/ocits-carry-nowhere'
const empty = { bytes: encode([]), root, id: 'x', fds: [] }
const missing = { ...empty, bytes: encode([{ op: 'lock', hand: 'parent', from: '', name: '', mark: '' }]) }

function* acts(): Acts<(number | undefined)[]> {
  const first = yield empty
  const second = yield missing
  return [first.place, second.place, second.errno]
}

test('a command is driven through its programs, and gets each outcome', () => {
  assert.equal(carry(native, acts()), [undefined, 0, 2])
})

test('alike when nobody waits', async () => {
  assert.equal(await carried(acts(), undefined), [undefined, 0, 2])
})

test('what is no program is an error of ours, not of the container', () => {
  const cut = (function* (): Acts<void> {
    yield { ...empty, bytes: empty.bytes.subarray(1) }
  })()
  assert.throws(() => carry(native, cut), 'the program was not accepted: errno 74')
})

test('an abort before it begins begins nothing', async () => {
  let begun = false
  const never = (function* (): Acts<void> {
    begun = true
    yield empty
  })()
  const reason = await carried(never, AbortSignal.abort('enough')).catch((error: unknown) => error)
  assert.equal([reason, begun], ['enough', false])
})

test.run()
