import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rowOfRun, runsOf, single } from '../../../src/program/runs.ts'
import type { Step } from '../../../src/step/step.ts'

const mask = (i: number): Step => ({
  op: 'mask',
  actor: 'init',
  pointer: `/linux/maskedPaths/${i}`,
  path: `/proc/${i}`,
  slot: 0,
  label: '',
})
const write = (path: string, value: string): Step => ({
  op: 'write',
  actor: 'parent',
  pointer: '',
  path,
  value,
  missing_ok: false,
})
const umask: Step = { op: 'umask', actor: 'init', pointer: '', mask: 0o22 }
const told = (steps: readonly Step[]) => runsOf(steps).map((run) => rowOfRun(run).join('|'))

test('similar steps have one line, with their numbers, their count, and the first and the last', () => {
  assert.equal(told([umask, mask(0), mask(1), mask(2), umask]), [
    '0|init|umask||022',
    '1-3|init|mask|/linux/maskedPaths/0-2|3 times: /proc/0 … /proc/2',
    '4|init|umask||022',
  ])
})

test('the common part is printed once', () => {
  const steps = ['a *:* rwm', 'b 1:2 r', 'c 1:3 w'].map((value) => write('/cg/devices.allow', value))
  assert.equal(told(steps), ['0-2|parent|write||3 times: a *:* rwm … c 1:3 w to /cg/devices.allow'])
})

test('two are not folded, nor are others with an important difference', () => {
  assert.is(told([mask(0), mask(1)]).length, 2)
  assert.is(told(['a', 'b', 'c'].map((path) => write(path, '1'))).length, 3)
  assert.is(told([umask, umask, umask]).length, 3)
})

test('each step is in one run, in order', () => {
  const steps = [mask(0), mask(1), mask(2), umask, write('a', '1'), write('a', '2'), write('a', '3')]
  for (const runs of [runsOf(steps), single(steps)]) {
    assert.equal(
      runs.flatMap((run) => run.steps),
      steps,
    )
    for (const { first, steps: own } of runs) assert.is(steps[first], own[0])
  }
  assert.is(single(steps).length, steps.length)
})

test.run()
