import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { previous } from '../../../../src/cgroup/resources/previous.ts'

test('the old content of a file is written back', () => {
  assert.is(previous('memory.max', '4096', 'max\n'), 'max')
})

test('of memory.oom_control only the switch, because the kernel does not accept the rest', () => {
  const text = (on: number) => `oom_kill_disable ${on}\nunder_oom 0\noom_kill 3\n`
  assert.is(previous('memory.oom_control', '1', text(0)), '0')
  assert.is(previous('memory.oom_control', '0', text(1)), '1')
})

test.run()
