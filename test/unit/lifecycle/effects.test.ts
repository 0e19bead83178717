import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { performAsync } from '../../../src/library.ts'
import { type Effects, perform } from '../../../src/lifecycle/effects.ts'
import { native } from '../../../src/native/koffi.ts'
import { encode } from '../../../src/program/encode.ts'

const root = '/tmp/ocits-effects-nowhere'
const empty = { bytes: encode([]), root, id: 'x', fds: [] }
const missing = { ...empty, bytes: encode([{ op: 'lock', actor: 'parent', pointer: '', name: '', mark: '' }]) }

function* effects(): Effects<(number | undefined)[]> {
  const first = yield empty
  const second = yield missing
  return [first.index, second.index, second.errno]
}

test('an operation runs through its programs, and gets each outcome', () => {
  assert.equal(perform(native, effects()), [undefined, 0, 2])
})

test('the synchronous one does the same', async () => {
  assert.equal(await performAsync(effects(), undefined), [undefined, 0, 2])
})

test('an invalid program is an error of ocits, not of the container', () => {
  const cut = (function* (): Effects<void> {
    yield { ...empty, bytes: empty.bytes.subarray(1) }
  })()
  assert.throws(() => perform(native, cut), /the program was not accepted: errno 74/)
})

test('an abort before the start starts nothing', async () => {
  let begun = false
  const never = (function* (): Effects<void> {
    begun = true
    yield empty
  })()
  const reason = await performAsync(never, AbortSignal.abort('enough')).catch((error: unknown) => error)
  assert.equal([reason, begun], ['enough', false])
})

test.run()
