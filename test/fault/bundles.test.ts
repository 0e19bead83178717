import { openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { observe } from '../../src/machine/observe.ts'
import { native } from '../../src/native/koffi.ts'
import type { Request } from '../../src/plan/host.ts'
import { plan } from '../../src/plan/plan.ts'
import { encode } from '../../src/program/encode.ts'
import { decode } from '../../src/program/outcome.ts'
import { check } from '../../src/spec/load.ts'
import type { Step } from '../../src/step/step.ts'
import { binary, runtime } from '../harness/binding.ts'
import { type Bundle, bundle, names, unmet, within } from '../harness/bundle.ts'
import { live, skipped } from '../harness/live.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

// Every step of every bundle is made to fail once. The error must name the step, and nothing may be left.

const root = '/run/ocits-fault'
const ocits = runtime(binary, root)
const EIO = 5
const id = 'faulty'
const null_ = openSync('/dev/null', 'r+')

function planOf({ path }: Bundle, mode: Request['mode']): readonly Step[] {
  const text = readFileSync(`${path}/config.json`, 'utf8')
  const checked = check(text)
  if (checked === undefined || !('spec' in checked)) throw new Error(`${path}: not a config`)
  const usual = { detach: false, keep: false, noPivot: false, noNewKeyring: false, pidFile: undefined }
  return plan(checked.spec, observe(native), { bundle: realpathSync(path), mode, ...usual }, text)
}

/** Has a plan carried out in which the step at `place` fails. */
function fail(steps: readonly Step[], place: number) {
  const answer = native.execute(encode(steps, undefined, place), root, id, [null_, null_, null_], -1)
  if (typeof answer === 'number') throw new Error(`the program was not accepted: ${answer}`)
  return decode(answer)
}

/** `create` with each step failing; those that come after start must fail the start. */
async function creating(made: Bundle): Promise<void> {
  const steps = planOf(made, 'create')
  const before = traces(root)
  const wait = steps.findIndex(({ op }) => op === 'wait')
  for (const [place, { op, from }] of steps.entries()) {
    const outcome = fail(steps, place)
    const where = `step ${place}, ${op} of ${from}`
    if (place > wait && steps[place]?.hand === 'init') {
      assert.is(outcome.place, undefined, where)
      refused(await ocits(['start', id]), from === '' ? 'ocits: ' : `config.json#${from}`, 'input/output error')
      succeeded(await ocits(['delete', '--force', id]))
    } else {
      assert.is(outcome.place, place, where)
      assert.is(outcome.errno, EIO, where)
    }
    await unchanged(before, root, where)
  }
}

/** `run --program` of the compiled bundle, with each step failing: what the command line says then. */
async function running(made: Bundle): Promise<void> {
  const file = `${made.path}/program`
  succeeded(await ocits(['compile', made.path, '-o', file]))
  const program = readFileSync(file)
  const size = program.readUInt32LE(8)
  const labels: readonly (readonly [from: string, line: string])[] = JSON.parse(program.subarray(size).toString())
  assert.is(labels.length, program.readUInt32LE(12))
  const before = traces(root)
  for (const [place, [from, line]] of labels.entries()) {
    program.writeUInt32LE(place, 16)
    writeFileSync(file, program)
    refused(
      await ocits(['run', '--program', file, id]),
      from === '' ? line : `config.json#${from}`,
      'input/output error',
    )
    await unchanged(before, root, `step ${place}, ${line}`)
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
