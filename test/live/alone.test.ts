import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { bundle, within } from '../harness/bundle.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

// A container with one namespace only, not even one of mounts: chroot changes its root, as in bundles/ns-none.

const root = '/run/ocits-alone'
const ocits = runtime(binary, root)

/** The probe's word for each namespace, and other facts that the process sees of it. */
const types: Readonly<Record<string, readonly [name: string, verb: string, line: string]>> = {
  cgroup: ['cgroup', 'cgroup', 'cgroup /'],
  ipc: ['ipc', 'pid', 'pid '],
  network: ['net', 'net', 'net lo: up 127.0.0.1'],
  pid: ['pid', 'pid', 'pid 1, parent 0, group 1, session 1'],
  time: ['time', 'pid', 'pid '],
  uts: ['uts', 'names', 'hostname own'],
}

for (const [type, [name, verb, line]] of Object.entries(types))
  live(`a single namespace, of type ${type}`, async () => {
    const before = traces(root)
    const made = await bundle('ns-none')
    const file = `${made.path}/config.json`
    const { process, ...config } = JSON.parse(readFileSync(file, 'utf8'))
    const changed = {
      ...config,
      process: { ...process, args: ['/probe', 'ns', verb] },
      linux: { namespaces: [{ type }] },
      ...(type === 'uts' && { hostname: 'own' }),
    }
    writeFileSync(file, JSON.stringify(changed))
    await within(made, ocits, async () => {
      const lines = succeeded(await ocits(['run', '--bundle', made.path, type])).split('\n')
      const own = lines.filter((one) => one.startsWith('ns ') && !one.endsWith(': host'))
      assert.equal(own, [`ns ${name}: own`])
      assert.ok(
        lines.some((one) => one.startsWith(line)),
        lines.join('\n'),
      )
    })
    await unchanged(before, root)
  })

test.run()
