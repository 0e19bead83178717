import { constants } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { signalName, signalNumber } from '../../../src/kernel/signals.ts'

test('every signal of libc is known with SIG, without it, in small letters and by number', () => {
  for (const [name, number] of Object.entries(constants.signals)) {
    if (name === 'SIGUNUSED') continue
    assert.is(signalNumber(name), number, name)
    assert.is(signalNumber(name.slice(3)), number, name)
    assert.is(signalNumber(name.toLowerCase()), number, name)
    assert.is(signalNumber(String(number)), number, name)
  }
})

test('0 only checks whether the process exists', () => {
  assert.is(signalNumber('0'), 0)
})

test('real time signals count from both ends', () => {
  assert.is(signalNumber('SIGRTMIN'), 34)
  assert.is(signalNumber('RTMIN+3'), 37)
  assert.is(signalNumber('rtmin+30'), 64)
  assert.is(signalNumber('SIGRTMAX'), 64)
  assert.is(signalNumber('SIGRTMAX-14'), 50)
  assert.is(signalNumber('RTMAX-30'), 34)
})

test('anything else is no signal', () => {
  const wrong = ['', '65', '-1', '+9', ' 9', '9 ', '9.0', '0x9', '1e1', 'SIG', 'SIG9', 'NONE', 'constructor']
  const wrongRealTime = ['RTMIN+31', 'RTMIN-1', 'RTMAX+1', 'RTMAX-31', 'RTMIN+', 'RTMIN++1', 'RTMIN+1x', 'RTMIN3']
  for (const text of [...wrong, ...wrongRealTime]) assert.is(signalNumber(text), undefined, text)
})

test('every number has a name that means it', () => {
  for (let number = 1; number <= 64; number++) {
    if (number !== 32 && number !== 33) assert.is(signalNumber(signalName(number)), number)
  }
  assert.is(signalName(6), 'SIGABRT')
  assert.is(signalName(36), 'SIGRTMIN+2')
  assert.is(signalName(33), 'signal 33')
})

test.run()
