import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../src/plan/host.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { explain } from '../../src/program/explain.ts'
import { check } from '../../src/spec/load.ts'
import { hostOf, request, rootlessHost } from '../fixtures/hosts.ts'
import { flags } from '../harness/bundle.ts'
import { held } from '../harness/golden.ts'

const top = new URL('../../bundles/', import.meta.url)
const names = readdirSync(top)
  .filter((name) => existsSync(new URL(`${name}/config.json`, top)))
  .sort()

/** Bundles whose plan differs if all cgroups are v2. */
const both = ['cgroup', 'containerd-default', 'default', 'docker-default', 'ns-none', 'podman-default']
const differs = (name: string) => both.includes(name) || name.startsWith('resources')

/** Bundles for users without root rights. */
const rootless = ['rootless', 'rootless-ranges']

function planned(name: string, host: Host): string {
  const text = readFileSync(new URL(`${name}/config.json`, top), 'utf8')
  const checked = check(text)
  if (checked === undefined || 'faults' in checked) throw new Error(`bundles/${name}: ${JSON.stringify(checked)}`)
  return explain(
    planCreate(checked.spec, host, { ...request, bundle: `/bundles/${name}`, consoleSocket: flags(name)[1] }, text),
  )
}

function golden(name: string, file: string, host: Host): void {
  const path = new URL(`${name}/${file}`, top)
  test(`bundles/${name}/${file} is the plan; ACCEPT=1 rewrites it`, () => held(planned(name, host), path))
}

test('there are bundles', () => assert.ok(names.length >= 30))
for (const name of names) {
  const [v1, v2] = [hostOf(name, 1), hostOf(name, 2)]
  if (v1 !== undefined) golden(name, 'plan.txt', v1)
  if (v2 !== undefined && differs(name)) golden(name, 'plan.v2.txt', v2)
}
for (const name of rootless) golden(name, 'plan.rootless.txt', rootlessHost)

test.run()
