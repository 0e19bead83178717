import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { untouched } from '../harness/canary.ts'
import type { Befallen, Recorded } from '../harness/inject.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { mapped, plain, rich } from './containers.ts'
import { hour, id, ocits, sweep } from './sweep.ts'

// `run`: what the process prints of itself is what it prints when nothing fails, or it has not begun; or it was cut short.

function whole({ code, signal, stdout }: Befallen, base: Recorded): void {
  if (code === base.code && signal === null) assert.is(stdout, base.stdout)
  else assert.ok(base.stdout.startsWith(stdout), `half a container: ${stdout}`)
}

for (const [name, make] of Object.entries({ plain, rich, mapped }))
  live(
    `run, each call failing once: ${name}`,
    () =>
      untouched(async () => {
        const command = [...ocits.command, 'run', '--bundle', await make(), id]
        succeeded(await run(command)) // makes the mount points that the image lacks: the calls are the same from now on
        await sweep({ command, judge: whole, undoes: true }, 100)
      }),
    hour,
  )

test.run()
