import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'

// Engines wait for the file of --pid-file, and read it as soon as it is there.

const root = '/run/ocits-pid-file'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('the file of --pid-file appears as a whole: nobody reads half a pid', async (ocits) => {
    const quick = aside(ocits)
    const folder = mkdtempSync('/tmp/ocits-pid-file.')
    const events: string[] = []
    // inotify(7) calls a new name `rename`, and a write to the file of a name `change`.
    const watcher = watch(folder, (event, name) => {
      if (name !== null) events.push(`${event} ${name}`)
    })
    const seen = async (args: readonly string[], file: string) => {
      events.length = 0
      succeeded(await ocits([...args.slice(0, 1), '--pid-file', `${folder}/${file}`, ...args.slice(1)]))
      assert.ok(await soon(() => events.includes(`rename ${file}`)))
      writeFileSync(`${folder}/${file}.end`, '')
      assert.ok(await soon(() => events.includes(`rename ${file}.end`)))
      assert.equal(
        events.filter((event) => event.endsWith(` ${file}`)),
        [`rename ${file}`],
      )
      assert.match(readFileSync(`${folder}/${file}`, 'utf8'), /^\d+$/)
    }
    try {
      const bundle = await make(config(['trap']))
      writeFileSync(`${folder}/old`, 'what was there before')
      for (const file of ['new', 'old']) {
        await seen(['create', '--bundle', bundle, file], file)
        succeeded(await quick(['delete', file]))
      }
      const { out } = await quick(['run', '--detach', '--bundle', bundle, 'whole'])
      await says(out, 'ready')
      await seen(['exec', '--detach', 'whole', '/probe', 'trap'], 'exec')
      succeeded(await quick(['delete', '--force', 'whole']))
      assert.equal(readdirSync(folder).sort(), ['exec', 'exec.end', 'new', 'new.end', 'old', 'old.end'])
    } finally {
      watcher.close()
      rmSync(folder, { recursive: true })
    }
  })
}

test.run()
