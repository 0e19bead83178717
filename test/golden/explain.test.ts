import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import { explained } from '../../src/cli/plan.ts'
import type { Host } from '../../src/plan/host.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { runsOf } from '../../src/program/runs.ts'
import { check } from '../../src/spec/load.ts'
import { request, rootlessHost, v1Host, v2Host } from '../fixtures/hosts.ts'
import { held } from '../harness/golden.ts'

// The output of --explain for a plan of each kind: for root on both versions of cgroups, and for a user.

const paint = (_colour: string, text: string) => text

function told(name: string, host: Host): string {
  const text = readFileSync(new URL(`../../bundles/${name}/config.json`, import.meta.url), 'utf8')
  const checked = check(text)
  if (checked === undefined || 'faults' in checked) throw new Error(`bundles/${name} is at fault`)
  const steps = planCreate(checked.spec, host, { ...request, mode: 'run', bundle: `/bundles/${name}` }, text)
  return `${explained(runsOf(steps), { paint, columns: 100 }).join('\n')}\n`
}

for (const [file, name, host] of [
  ['explain.v1.txt', 'default', v1Host],
  ['explain.v2.txt', 'default', v2Host],
  ['explain.rootless.txt', 'rootless', rootlessHost],
] as const)
  test(`test/golden/${file} is the output of --explain for bundles/${name}; ACCEPT=1 rewrites it`, () =>
    held(told(name, host), new URL(file, import.meta.url)))

test.run()
