import { closeSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { observe } from '../../src/machine/observe.ts'
import { native } from '../../src/native/koffi.ts'
import type { Request } from '../../src/plan/host.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { encode } from '../../src/program/encode.ts'
import { decode } from '../../src/program/outcome.ts'
import { check } from '../../src/spec/load.ts'
import type { Step } from '../../src/step/step.ts'
import { binary, runtime } from '../harness/binding.ts'
import { type Bundle, bundle, flags, names, script, unmet, within } from '../harness/bundle.ts'
import { reaches, soon } from '../harness/life.ts'
import { live, skipped } from '../harness/live.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

// Every step of every bundle fails once. The error must name the step, and nothing may be left.

const root = '/run/ocits-fault'
const ocits = runtime(binary, root)
const EIO = 5
const null_ = openSync('/dev/null', 'r+')

function planOf({ name, path }: Bundle, mode: Request['mode']): readonly Step[] {
  const text = readFileSync(`${path}/config.json`, 'utf8')
  const checked = check(text)
  if (checked === undefined || !('spec' in checked)) throw new Error(`${path}: not a config`)
  const usual = { detach: false, keep: false, noPivot: false, noNewKeyring: false, pidFile: undefined }
  return planCreate(
    checked.spec,
    observe(native),
    { bundle: realpathSync(path), mode, ...usual, consoleSocket: flags(name)[1] },
    text,
  )
}

/** Executes a plan in which the step at `place` fails. */
function fail(id: string, steps: readonly Step[], index: number) {
  const answer = native.execute(encode(steps, undefined, index), root, id, [null_, null_, null_], -1)
  if (typeof answer === 'number') throw new Error(`the program was not accepted: ${answer}`)
  return decode(answer)
}

/** The init is a child of this process, as in every program that uses the library. */
async function reap(pid: number): Promise<void> {
  const pidfd = native.pidfd(pid)
  assert.ok(await soon(() => native.status(pidfd) >= 0))
  closeSync(pidfd)
}

/** `create` with each step failing. Steps after start must make the start fail. */
async function creating(made: Bundle): Promise<void> {
  const id = made.name
  const steps = planOf(made, 'create')
  const before = traces(root)
  const wait = steps.findIndex(({ op }) => op === 'wait')
  for (const [index, { op, pointer, actor }] of steps.entries()) {
    const outcome = fail(id, steps, index)
    const where = `step ${index}, ${op} of ${pointer}`
    if (index >= wait && actor === 'init') {
      assert.is(outcome.index, undefined, where)
      if (op === 'wait') await reaches(ocits, id, 'stopped')
      else
        refused(await ocits(['start', id]), pointer === '' ? 'ocits: ' : `config.json#${pointer}`, 'input/output error')
      succeeded(await ocits(['delete', '--force', id]))
      await reap(outcome.pid)
    } else {
      assert.is(outcome.index, index, where)
      assert.is(outcome.errno, EIO, where)
    }
    await unchanged(before, root, where)
  }
}

/** `run --program` of the compiled bundle, with each step failing, and the error of the command line. */
async function running(made: Bundle): Promise<void> {
  const id = made.name
  const file = `${made.path}/program`
  succeeded(await ocits(['compile', ...flags(id), made.path, '-o', file]))
  const program = readFileSync(file)
  const size = program.readUInt32LE(8)
  const labels: readonly (readonly [pointer: string, line: string])[] = JSON.parse(
    program.subarray(size + 4).toString(),
  )
  assert.is(labels.length, program.readUInt32LE(12))
  const exec = labels.findIndex(([pointer]) => pointer === '/process/args')
  const before = traces(root)
  for (const [index, [pointer, line]] of labels.entries()) {
    program.writeUInt32LE(index, 16)
    writeFileSync(file, program)
    const running = ocits(['run', '--program', file, id])
    // The steps after `reap` follow the end of the process.
    const last = index === labels.length - 1
    if (last) await script(made, 'during', { command: ocits.command, out: running.out })
    const { stdout, ...result } = await running
    if (last) await script(made, 'after', ocits)
    refused({ ...result, stdout: '' }, pointer === '' ? line : `config.json#${pointer}`, 'input/output error')
    // A failure after the program was executed cannot undo its output.
    assert.ok(stdout === '' || index > exec, stdout)
    await unchanged(before, root, `step ${index}, ${line}`)
  }
}

for (const name of names)
  for (const body of [creating, running]) {
    const title = `${name}: ${body.name}`
    const reason = await unmet(name)
    if (reason !== undefined) skipped(title, reason)
    else
      live(title, async () => {
        const made = await bundle(name)
        await within(made, ocits, () => body(made))
      })
  }

test.run()
