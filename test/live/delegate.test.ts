import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { native } from '../../src/native/koffi.ts'
import { encode } from '../../src/program/encode.ts'
import { decode } from '../../src/program/outcome.ts'
import type { StepOf } from '../../src/step/step.ts'
import { live, skipped } from '../harness/live.ts'

// The step alone, with its own cgroup: a plan has it only if all hierarchies are v2.

const list = '/sys/kernel/cgroup/delegate'
const mount = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .find((line) => line.includes(' - cgroup2 '))
  ?.split(' ')[4]

function delegated(dir: string): number {
  const step: StepOf<'delegate'> = { op: 'delegate', actor: 'parent', pointer: '', dir, uid: 1234, gid: 5678 }
  const answer = native.execute(encode([step]), '/run/ocits-delegate', 'one', [], -1)
  if (typeof answer === 'number') throw new Error(`the program was not accepted: ${answer}`)
  return decode(answer).errno
}

const title = 'of a cgroup that is delegated, the folder and the files that the kernel names have another owner'
if (mount === undefined || !existsSync(list)) skipped(title, 'there is no cgroup v2, or a kernel that does not tell')
else
  live(title, async () => {
    const dir = `${mount}/ocits-delegate`
    mkdirSync(dir)
    try {
      assert.is(delegated(dir), 0)
      const named = readFileSync(list, 'utf8').split('\n')
      assert.equal([statSync(dir).uid, statSync(dir).gid], [1234, 5678])
      for (const file of readdirSync(dir)) {
        const { uid, gid } = statSync(`${dir}/${file}`)
        assert.equal([uid, gid], named.includes(file) ? [1234, 5678] : [0, 0], file)
      }
    } finally {
      rmdirSync(dir)
    }
  })

live('delegation of a missing cgroup fails', async () => {
  assert.is(delegated('/sys/fs/cgroup/ocits-none-such'), 2)
})

test.run()
