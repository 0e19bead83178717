import { mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-many'
const soft = 300

for (const binding of bindings)
  live(`${binding.name}: more bind mounts than a process may have open files, and the limit stays low`, async () => {
    const before = traces(root)
    const mounts = Array.from({ length: soft + 100 }, (_, i) => ({
      destination: `/mounts/${i}`,
      source: 'data',
      options: ['bind'],
    }))
    const bundle = await make(config(['rlimit', 'NOFILE', 'ls', '/mounts/0'], { mounts }))
    mkdirSync(`${bundle}/data/here`, { recursive: true })
    const words = [...runtime(binding, root).command, 'run', '--bundle', bundle, 'many']
    // Node raises its own limit to the hard limit, and its children inherit this.
    const script = ['-c', `ulimit -Sn ${soft}; exec "$@"`, 'sh', ...words]
    const printed = succeeded(await run(['sh', ...script]))
    if (binding.name === 'ocits') assert.match(printed, new RegExp(`^rlimit NOFILE: soft ${soft}, `))
    assert.match(printed, /here/)
    await unchanged(before, root)
  })

test.run()
