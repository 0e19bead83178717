import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime, runtime } from '../harness/binding.ts'
import { type Bundle, bundle, expectation, flags, names, read, script, unmet, within } from '../harness/bundle.ts'
import { reaches, stateOf } from '../harness/life.ts'
import { live, skipped } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-bundles'

/** Create, state, start, the actions of the bundle meanwhile, delete: everything that was printed. */
async function lifecycle(ocits: Runtime, { name, path }: Bundle): Promise<string> {
  const created = await ocits(['create', ...flags(name), '--bundle', path, name])
  assert.is(succeeded(created), '')
  assert.is((await stateOf(ocits, name)).status, 'created')
  assert.is(succeeded(await ocits(['start', name])), '')
  const during = await script({ name, path }, 'during', { command: ocits.command, out: created.out })
  await reaches(ocits, name, 'stopped')
  assert.is(succeeded(await ocits(['delete', name])), '')
  assert.is((await aside(ocits)(['state', name])).code, 1)
  return read(created.out) + during
}

for (const binding of bindings)
  for (const name of names) {
    const title = `${binding.name}: ${name}`
    const reason = await unmet(name)
    if (reason !== undefined) {
      skipped(title, reason)
      continue
    }
    live(title, async () => {
      const ocits = runtime(binding, root)
      const made = await bundle(name)
      const before = traces(root)
      await within(made, ocits, async () => {
        const ready = traces(root)
        let printed = await lifecycle(ocits, made)
        printed += await script(made, 'after', ocits)
        const expected = expectation(name)
        if (process.env.ACCEPT === '1') writeFileSync(expected, printed)
        assert.fixture(printed, existsSync(expected) ? read(expected) : '')
        await unchanged(ready, root)
      })
      await unchanged(before, root)
    })
  }

test.run()
