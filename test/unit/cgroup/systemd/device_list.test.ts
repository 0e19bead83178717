import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DeviceRule, deviceRules } from '../../../../src/cgroup/device_rules.ts'
import { type DeviceList, deviceList, devicePath } from '../../../../src/cgroup/systemd/device_list.ts'
import type { DeviceCgroup } from '../../../../src/spec/resources.ts'

const told = ({ all, allowed }: DeviceList) =>
  all ? ['all'] : allowed.map((each) => `${devicePath(each)} ${each.access}`)
const rule = (words: string): DeviceRule => {
  const [verb, type = 'a', numbers = '*:*', access = 'rwm'] = words.split(' ')
  const [major, minor] = numbers.split(':').map((word) => (word === '*' ? undefined : Number(word)))
  return { pointer: words, allow: verb === 'allow', type: type as DeviceRule['type'], major, minor, access }
}
const list = (...rules: readonly string[]) => deviceList(rules.map(rule))

test('the list of every container', () => {
  assert.equal(told(deviceList(deviceRules([]))), [
    'char-* m',
    'block-* m',
    '/dev/char/1:3 rwm',
    '/dev/char/1:5 rwm',
    '/dev/char/1:7 rwm',
    '/dev/char/1:8 rwm',
    '/dev/char/1:9 rwm',
    '/dev/char/5:0 rwm',
    '/dev/char/5:2 rwm',
    'char-136 rwm',
    '/dev/char/10:200 rwm',
  ])
})

test('rules that a list can express', () => {
  assert.equal(told(list('deny', 'allow a 8:1 r', 'allow c 8:1 w')), ['/dev/char/8:1 rw', '/dev/block/8:1 r'])
  assert.equal(told(list('deny', 'allow c 1:*', 'deny c 1:* w')), ['char-1 rm'])
  assert.equal(told(list('deny', 'allow c 1:3', 'allow b 1:3', 'deny c')), ['/dev/block/1:3 rwm'])
  assert.equal(told(list('deny', 'allow c 1:3', 'allow')), ['all'])
  assert.equal(told(list('allow', 'deny', 'allow b 1:* r')), ['block-1 r'])
})

test('rules that it cannot express are reported', () => {
  const loose = (...rules: readonly string[]) => list(...rules).loose.map(({ pointer }) => pointer)
  assert.equal(loose('allow', 'deny b 8:0'), ['deny b 8:0'])
  assert.equal(loose('allow', 'deny b 8:0', 'allow'), [])
  assert.equal(loose('deny', 'allow c 1:*', 'deny c 1:3'), ['deny c 1:3'])
  assert.equal(loose('deny', 'allow c *:3'), ['allow c *:3'])
  assert.equal(told(list('deny', 'allow c *:3 r')), ['char-* r'])
})

/** Numbers and accesses that are small enough to test all. */
function* words(): Generator<string> {
  for (const verb of ['allow', 'deny'])
    for (const type of ['a', 'b', 'c'])
      for (const major of ['*', '1', '2'])
        for (const minor of ['*', '1', '2'])
          for (const access of ['r', 'rwm', 'w']) yield `${verb} ${type} ${major}:${minor} ${access}`
}

const devices = ['b', 'c'].flatMap((type) => [1, 2].flatMap((major) => [1, 2].map((minor) => ({ type, major, minor }))))

// The last rule about an access decides.
function allowedByRules(
  rules: readonly DeviceRule[],
  { type, major, minor }: (typeof devices)[number],
  letter: string,
): boolean {
  let verdict = false
  for (const each of rules) {
    const matches =
      (each.type === 'a' || each.type === type) &&
      (each.major ?? major) === major &&
      (each.minor ?? minor) === minor &&
      each.access.includes(letter)
    if (matches) verdict = each.allow
  }
  return verdict
}

function allowedByList(
  { all, allowed }: DeviceList,
  { type, major, minor }: (typeof devices)[number],
  letter: string,
): boolean {
  const one = allowed.some(
    (each) =>
      each.type === type &&
      (each.major ?? major) === major &&
      (each.minor ?? minor) === minor &&
      each.access.includes(letter),
  )
  return all || one
}

test('a list is never narrower than its rules, and equal to them if nothing is reported', () => {
  const all = [...words()]
  let exact = 0
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % below
  }
  for (let round = 0; round < 20_000; round++) {
    const rules = Array.from({ length: 1 + random(5) }, () => rule(all[random(all.length)] ?? 'deny'))
    const found = deviceList(rules)
    if (found.loose.length === 0) exact++
    for (const device of devices)
      for (const letter of 'rwm') {
        const [wanted, got] = [allowedByRules(rules, device, letter), allowedByList(found, device, letter)]
        const fine = found.loose.length === 0 ? got === wanted : got || !wanted
        assert.ok(fine, `${rules.map(({ pointer }) => pointer).join(', ')}: ${JSON.stringify(device)} ${letter}`)
      }
  }
  assert.ok(exact > 5_000, `${exact} exact`)
})

test('rules of a config', () => {
  const asked: DeviceCgroup[] = [
    { allow: false, access: 'rwm' },
    { allow: true, type: 'b', major: 8, minor: 0, access: 'r' },
  ]
  assert.is(told(deviceList(deviceRules(asked)))[0], '/dev/block/8:0 r')
})

test.run()
