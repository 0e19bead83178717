import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { untouched } from '../harness/canary.ts'
import type { Faulted, Recorded } from '../harness/inject.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { mapped, plain, rich } from './containers.ts'
import { hour, id, ocits, sweep } from './sweep.ts'

// `run`: the process prints the same as without a fault, or it did not start, or its output was cut.

function whole({ code, signal, stdout }: Faulted, base: Recorded): void {
  if (code === base.code && signal === null) assert.is(stdout, base.stdout)
  else assert.ok(base.stdout.startsWith(stdout), `half a container: ${stdout}`)
}

for (const [name, make] of Object.entries({ plain, rich, mapped }))
  live(
    `run, each call failing once: ${name}`,
    () =>
      untouched(async () => {
        const command = [...ocits.command, 'run', '--bundle', await make(), id]
        succeeded(await run(command)) // This makes the mount points that the image lacks: from now on the calls are the same.
        await sweep({ command, judge: whole, undoes: true }, 100)
      }),
    hour,
  )

test.run()
