import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { native } from '../../src/native/koffi.ts'
import type { Host, Request } from '../../src/plan/host.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { encode } from '../../src/program/encode.ts'
import { decode } from '../../src/program/outcome.ts'
import type { Spec } from '../../src/spec/spec.ts'

// An incomplete program is refused before its first step: a program that was cut must not run as a shorter one.

const EBADMSG = 74
/** If a program is accepted by mistake, it cannot make anything here. */
const nowhere = '/proc/nowhere'

const host: Host = {
  euid: 0,
  egid: 0,
  machine: 'x86_64',
  rootless: false,
  setgroups: true,
  security: { apparmor: undefined, selinux: false },
  resctrl: undefined,
  isOwn: () => false,
  pinned: false,
  makesNodes: true,
  v1: [{ mount: '/sys/fs/cgroup/devices', controllers: ['devices'], own: '/' }],
  v2: undefined,
}
const request: Request = {
  bundle: '/bundle',
  mode: 'create',
  detach: false,
  keep: false,
  noPivot: false,
  noNewKeyring: false,
  pidFile: undefined,
}

function program(): Uint8Array {
  const text = readFileSync(new URL('../../bundles/default/config.json', import.meta.url), 'utf8')
  return encode(planCreate(JSON.parse(text) as Spec, host, request, text))
}

function taken(bytes: Uint8Array): boolean {
  const answer = native.execute(bytes, nowhere, 'wire', [0, 1, 2], -1)
  if (typeof answer === 'number') assert.is(answer, -EBADMSG)
  return typeof answer !== 'number'
}

test('a list that the kernel breaks off is no whole one', () => {
  const RTM_GETSTATS = 94 // with no filter, which it must have
  assert.is(native.network('', RTM_GETSTATS), -22)
  assert.is.not(typeof native.network('', 18), 'number')
})

test('a complete program is accepted', () => {
  const answer = native.execute(program(), nowhere, 'wire', [0, 1, 2], -1)
  assert.is(decode(answer as Uint8Array).index, 0)
})

test('every proper prefix of a program is refused', () => {
  const whole = program()
  for (let size = 0; size < whole.length; size++) assert.not.ok(taken(whole.slice(0, size)), `${size} bytes`)
})

test('every proper prefix with its own size in the header is refused', () => {
  const whole = program()
  for (let size = 24; size < whole.length; size++) {
    const cut = whole.slice(0, size)
    new DataView(cut.buffer).setUint32(8, size, true)
    assert.not.ok(taken(cut), `${size} bytes`)
  }
})

test('a program with a tail, another magic, version, actor or step is refused', () => {
  const whole = program()
  const long = new Uint8Array(whole.length + 8)
  long.set(whole)
  assert.not.ok(taken(long), 'a tail')
  new DataView(long.buffer).setUint32(8, long.length, true)
  assert.not.ok(taken(long), 'a tail that is counted')
  for (const [at, value] of [
    [0, 0x6f],
    [7, 2],
    [20, 1],
    [24, 0xff],
    [25, 0xff],
    [26, 3],
    [27, 1],
  ] as const) {
    const wrong = whole.slice()
    wrong[at] = value
    assert.not.ok(taken(wrong), `byte ${at} is ${value}`)
  }
})

test('a wrong count of steps is refused', () => {
  const whole = program()
  const count = new DataView(whole.buffer, whole.byteOffset).getUint32(12, true)
  for (const wrong of [0, 1, count - 1, count + 1, 0xffffffff]) {
    const bytes = whole.slice()
    new DataView(bytes.buffer).setUint32(12, wrong, true)
    assert.not.ok(taken(bytes), `${wrong} steps`)
  }
})

test.run()
