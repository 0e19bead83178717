import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deviceLines } from '../../../src/cgroup/device_lines.ts'
import { deviceRules } from '../../../src/cgroup/device_rules.ts'
import type { DeviceCgroup } from '../../../src/spec/resources.ts'

const lines = (devices: readonly DeviceCgroup[]) =>
  deviceRules(devices).flatMap((rule) => deviceLines(rule).map((text) => `${rule.allow ? '+' : '-'}${text}`))

const needed = lines([]).slice(1)

test('without rules everything is denied except the devices of every container', () => {
  assert.is(lines([])[0], '-a')
  assert.ok(needed.every((line) => line.startsWith('+')))
  for (const line of ['+c *:* m', '+b *:* m', '+c 1:3 rwm', '+c 5:2 rwm', '+c 136:* rwm'])
    assert.ok(needed.includes(line))
  assert.not(
    needed.some((line) => line.startsWith('+c 5:1')),
    'the console of the host',
  )
})

for (const [what, devices, expected] of [
  ['its own denial is enough', [{ allow: false, access: 'rwm' }], ['-a', ...needed]],
  ['an empty type is all types', [{ allow: false, type: '', access: 'mrw' }], ['-a', ...needed]],
  [
    'in order, before those of the runtime',
    [
      { allow: false, access: 'rwm' },
      { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
      { allow: true, type: 'b', major: 8, minor: -1, access: 'r' },
    ],
    ['-a', '+c 10:229 rw', '+b 8:* r', ...needed],
  ],
  [
    'a list without a start begins with nothing',
    [{ allow: true, type: 'c', access: 'r' }],
    ['-a', '+c *:* r', ...needed],
  ],
  ['all that is allowed is allowed', [{ allow: true, access: 'rwm' }], ['+a']],
  [
    'allowed, then less',
    [
      { allow: true, access: 'rwm' },
      { allow: false, type: 'b', access: 'w' },
    ],
    ['+a', '-b *:* w', ...needed],
  ],
  ['all types but less than all', [{ allow: false, access: 'm' }], ['-a', '-c *:* m', '-b *:* m', ...needed]],
  ['one number, all types', [{ allow: true, major: 1n, access: 'rwm' }], ['-a', '+c 1:* rwm', '+b 1:* rwm', ...needed]],
] as const) {
  test(`device rules: ${what}`, () => assert.equal(lines(devices), expected))
}

test('each rule knows its field', () => {
  const rules = deviceRules([{ allow: false, type: 'c', access: 'r' }])
  assert.equal(
    rules.slice(0, 2).map(({ pointer }) => pointer),
    ['', '/linux/resources/devices/0'],
  )
})

test.run()
