import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SpecFailure } from '../../../src/failure.ts'
import { planCreate } from '../../../src/plan/plan.ts'
import { check } from '../../../src/spec/load.ts'
import { hostOf, request } from '../../fixtures/hosts.ts'
import { planned } from './coverage.ts'

// spec/proof.txt lists the live test that proves each field. The live tests prove it; this test checks that they use the field.

const top = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, top), 'utf8')
const isThere = (path: string) => existsSync(new URL(path, top))

type Version = 1 | 2
type Proof = {
  readonly field: string
  readonly versions: readonly Version[]
  readonly by: string
  readonly words: string
}
const versions: Readonly<Record<string, readonly Version[]>> = { v1: [1], v2: [2], both: [1, 2] }

const proofs: readonly Proof[] = read('spec/proof.txt')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [field = '', where = '', by = '', ...words] = line.split(' ')
    return { field, versions: versions[where] ?? [], by, words: words.join(' ') }
  })
const shown = proofs.filter(({ by }) => by !== '-')

/** A config unchanged, or without a field; `*` is any index or key. */
function without(value: unknown, [key = '', ...below]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (key !== '*' && name !== key) return [[name, inner] as const]
    return below.length === 0 ? [] : [[name, without(inner, below)] as const]
  })
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

const keys = (field: string) => field.slice(1).split('/')

/** The plan of a config on the machine for which a bundle is planned; none if it is refused. */
function planFor(config: unknown, bundle: string, version: Version): string | undefined {
  const host = hostOf(bundle, version)
  if (host === undefined) throw new Error(`${bundle} is not for cgroup v${version}`)
  const checked = check(JSON.stringify(config))
  if (checked === undefined || 'faults' in checked) return undefined
  try {
    const steps = planCreate(checked.spec, host, request, '')
    return JSON.stringify(steps, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
  } catch (error) {
    if (error instanceof SpecFailure) return undefined
    throw error
  }
}

test('every planned field has its proof, or the reason why there is none, once on each version of cgroups', () => {
  for (const field of planned)
    for (const version of [1, 2] as const) {
      const found = proofs.filter((proof) => proof.field === field && proof.versions.includes(version))
      assert.is(found.length, 1, `${field} on cgroup v${version}`)
    }
  for (const { field } of proofs) assert.ok(planned.includes(field), field)
})

test("the content of a line exists: words of a bundle's output, the name of a test, a reason", () => {
  for (const { field, versions, by, words } of proofs) {
    assert.ok(words !== '', field)
    if (by.endsWith('.test.ts')) assert.ok(read(by).includes(`'${words}'`), `${field}: no test «${words}» in ${by}`)
    else if (by !== '-')
      for (const version of versions) assert.ok(printed(by, version).includes(words), `${field}: ${words}`)
  }
})

function printed(bundle: string, version: Version): string {
  const v2 = `bundles/${bundle}/expect.v2.txt`
  return read(version === 2 && isThere(v2) ? v2 : `bundles/${bundle}/expect.txt`)
}

test('the bundle has this field, and without it the plan is different', () => {
  for (const { field, versions, by } of shown) {
    if (by.endsWith('.test.ts')) continue
    const config: unknown = JSON.parse(read(`bundles/${by}/config.json`))
    for (const version of versions) {
      const whole = planFor(config, by, version)
      assert.is.not(whole, undefined, `bundles/${by} on cgroup v${version}`)
      assert.is.not(
        planFor(without(config, keys(field)), by, version),
        whole,
        `${field}, bundles/${by} on cgroup v${version}`,
      )
    }
  }
})

test('a field that is refused on one version of cgroups is refused there, alone', () => {
  const refused = proofs.filter(
    ({ by, versions, words }) => by === '-' && versions.length === 1 && /refused/.test(words),
  )
  assert.ok(refused.length > 5)
  for (const { field, versions } of refused) {
    const { by } = shown.find((other) => other.field === field) ?? { by: '' }
    const config = JSON.parse(read(`bundles/${by}/config.json`))
    const [, , section = '', key = ''] = keys(field)
    const asked = config.linux.resources[section]
    const resources = { [section]: section === 'unified' ? asked : { [key]: asked[key] } }
    const alone = {
      ...config,
      process: { ...config.process, scheduler: undefined },
      linux: { ...config.linux, resources },
    }
    for (const version of versions) assert.is(planFor(alone, 'resources', version), undefined, field)
  }
})

test('the test would notice a missing field', () => {
  const config = { linux: { devices: [{ path: 'a', uid: 1 }, { path: 'b' }] }, a: { x: { k: 1 }, y: { k: 2 } } }
  assert.equal(without(config, keys('/linux/devices/*/uid')), {
    ...config,
    linux: { devices: [{ path: 'a' }, { path: 'b' }] },
  })
  assert.equal(without(config, keys('/a/*/k')), { ...config, a: { x: {}, y: {} } })
  assert.equal(without(config, keys('/no/such')), config)
})

test.run()
