import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { explain } from '../../../src/program/explain.ts'
import type { Step } from '../../../src/step/step.ts'

const steps: Step[] = [
  { op: 'claim', actor: 'parent', pointer: '', mode: 0o700 },
  { op: 'hostname', actor: 'init', pointer: '/hostname', name: 'web' },
]

test('a plan as a table', () => {
  const text = ` #  process  step      pointer    what
 0  parent   claim                make the state folder, lock it
 1  init     hostname  /hostname  web
`
  assert.fixture(explain(steps), text.replaceAll(/^ /gm, ''))
})

test('numbers are right-aligned, and lines have no blanks at the end', () => {
  const lines = explain(Array.from({ length: 11 }, () => ({ op: 'fork', actor: 'init', pointer: '' }) as Step)).split(
    '\n',
  )
  assert.is(lines[0], ' #  process  step  pointer  what')
  assert.ok(lines[1]?.startsWith(' 0  init'))
  assert.ok(lines[11]?.startsWith('10  init'))
  assert.ok(lines.every((line) => line === line.trimEnd()))
})

test('a name of the config does not control the terminal', () => {
  const pointer = '/linux/sysctl/\x1b[2J'
  const text = explain([{ op: 'sysctl', actor: 'init', pointer, path: 'sys/x', value: '1' }])
  assert.not.ok(text.includes('\x1b'))
  assert.ok(text.includes('/linux/sysctl/\\x1b[2J'), text)
})

test.run()
