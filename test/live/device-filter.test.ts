import { mkdirSync, rmdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deviceFilter } from '../../src/cgroup/device_filter.ts'
import { deviceRules } from '../../src/cgroup/device_rules.ts'
import { outcomeOf } from '../../src/lifecycle/effects.ts'
import { observe } from '../../src/machine/observe.ts'
import { native } from '../../src/native/koffi.ts'
import { encode } from '../../src/program/encode.ts'
import type { DeviceCgroup } from '../../src/spec/resources.ts'
import { live } from '../harness/live.ts'
import { run } from '../harness/run.ts'

const { v2 } = observe(native)
const dir = `${v2?.mount}/ocits-device-filter`

/** Executes the step that attaches the filter to the cgroup. */
async function filter(rules: readonly DeviceCgroup[]): Promise<void> {
  const program = deviceFilter(deviceRules(rules))
  const bytes = encode([{ op: 'device_filter', actor: 'parent', pointer: '', dir, program }])
  const outcome = outcomeOf(native.execute(bytes, '/run', 'x', [], -1) as Uint8Array)
  assert.is(outcome.index, undefined, outcome.detail)
}

/** Whether a process in the cgroup may read /dev/kmsg, which no container may use by default. */
async function may(): Promise<boolean> {
  const { code } = await run(['sh', '-c', `echo 0 >${dir}/cgroup.procs; : </dev/kmsg`])
  return code === 0
}

if (v2 !== undefined)
  live('a new device filter replaces the old one', async () => {
    const kmsg = { type: 'c', major: 1, minor: 11, access: 'r' } as const
    mkdirSync(dir)
    try {
      assert.ok(await may())
      await filter([{ allow: false, access: 'rwm' }])
      assert.not.ok(await may())
      await filter([{ allow: true, ...kmsg }])
      assert.ok(await may(), 'both must have allowed it')
      await filter([])
      assert.not.ok(await may())
    } finally {
      rmdirSync(dir)
    }
  })
else test.skip('without cgroup v2 there is no filter')

test.run()
