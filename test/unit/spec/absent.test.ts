import { Kind, type TSchema } from '@sinclair/typebox'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SpecFailure } from '../../../src/failure.ts'
import { explain } from '../../../src/program/explain.ts'
import { specFaults as faultsOf } from '../../../src/spec/faults.ts'
import { check } from '../../../src/spec/load.ts'
import { at } from '../../../src/spec/pointer.ts'
import { Spec } from '../../../src/spec/spec.ts'
import { hostOf } from '../../fixtures/hosts.ts'
import { planOf } from '../../fixtures/plans.ts'
import { full } from './full.ts'

type Keys = readonly (string | number)[]

/** A place of the full config that may contain null: a field, optional or not, or an element of a list or a map. */
type Place = { readonly keys: Keys; readonly is: 'optional' | 'required' | 'inside' }

const places = [...placesOf(Spec, full, [])]
const pointers = (is: Place['is']) => places.filter((each) => each.is === is)

function* placesOf(schema: TSchema, value: unknown, keys: Keys): Generator<Place> {
  if (schema[Kind] === 'Array') {
    for (const [index, inner] of (value as unknown[]).entries()) {
      yield { keys: [...keys, index], is: 'inside' }
      yield* placesOf(schema.items, inner, [...keys, index])
    }
  }
  if (schema[Kind] !== 'Object') return
  for (const [key, inner] of Object.entries(value as object)) {
    const field: TSchema | undefined = schema.properties[key]
    const is = field === undefined ? 'inside' : schema.required?.includes(key) ? 'required' : 'optional'
    yield { keys: [...keys, key], is }
    yield* placesOf(field ?? schema.additionalProperties, inner, [...keys, key])
  }
}

/** The text of a config with a change at one place; undefined: the key is missing. */
function text(keys: Keys, value: unknown, config: unknown = full): string {
  const copy = structuredClone(config) as Record<string | number, unknown>
  let holder = copy
  for (const key of keys.slice(0, -1)) holder = holder[key] as typeof holder
  const last = keys.at(-1) ?? ''
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return JSON.stringify(copy, (_, each) => (typeof each === 'bigint' ? Number(each) : each))
}

function planned(config: string): string {
  const checked = check(config)
  if (checked === undefined || 'faults' in checked) return JSON.stringify(faultsOf(config))
  try {
    return explain(planOf(checked.spec, host === undefined ? {} : { host }))
  } catch (failure) {
    if (failure instanceof SpecFailure) return failure.message
    throw failure
  }
}

const host = hostOf('resources-network', 1)
const { unified: _, ...resources } = full.linux.resources
/** The facts of a machine with cgroup v1. */
const plannable = { ...full, linux: { ...full.linux, resources: { ...resources, blockIO: { weight: 100 } } } }

test('null in an optional field is as if the field were missing, for every such field', () => {
  assert.ok(pointers('optional').length > 150, String(pointers('optional').length))
  for (const { keys } of pointers('optional')) {
    assert.equal(check(text(keys, null)), check(text(keys, undefined)), at(...keys))
    assert.equal(faultsOf(text(keys, null)), faultsOf(text(keys, undefined)), at(...keys))
  }
})

test('the plan is the same, too', () => {
  const found = [...placesOf(Spec, plannable, [])].filter(({ is }) => is === 'optional')
  for (const { keys } of found)
    assert.is(planned(text(keys, null, plannable)), planned(text(keys, undefined, plannable)), at(...keys))
  assert.ok(planned(JSON.stringify(plannable)).includes('hostname'))
})

test('and so it is next to a number that JavaScript cannot represent', () => {
  const nulls = text(['process', 'rlimits', 0, 'hard'], '#', { ...full, hooks: null, linux: null, hostname: null })
  const checked = check(nulls.replace('"#"', '18446744073709551615'))
  assert.ok(checked !== undefined && !('spec' in checked) && checked.faults.length > 0, 'domainname')
  const spec = check(nulls.replace('"#"', '18446744073709551615').replace('"example.org"', 'null'))
  assert.ok(spec !== undefined && 'spec' in spec)
  assert.equal([spec.spec.process?.rlimits?.[0]?.hard, 'linux' in spec.spec], [18446744073709551615n, false])
})

test('null in a required field is a fault, with its pointer', () => {
  assert.ok(pointers('required').length > 30, String(pointers('required').length))
  for (const { keys } of pointers('required')) {
    assert.is(check(text(keys, null)), undefined, at(...keys))
    assert.equal(
      faultsOf(text(keys, null)).map(({ pointer }) => pointer),
      [at(...keys)],
    )
    assert.match(faultsOf(text(keys, null))[0]?.message ?? '', /^Expected (?!required)/, at(...keys))
  }
})

test('null in a list, or as an element of a map, is an unknown value', () => {
  assert.ok(pointers('inside').length > 80, String(pointers('inside').length))
  for (const { keys } of pointers('inside')) {
    assert.is(check(text(keys, null)), undefined, at(...keys))
    assert.equal(
      faultsOf(text(keys, null)).map(({ pointer }) => pointer),
      [at(...keys)],
    )
  }
})

test('null in an unknown field is ignored', () => {
  const expected = { spec: full, warnings: [] }
  const unknown = JSON.parse(text(['vm'], { annotations: null, list: [null, { a: null }] }))
  assert.equal(check(JSON.stringify({ ...unknown, hooks: null }))?.warnings, [])
  assert.equal(check(text(['hooks', 'x'], null)), { ...expected, spec: { ...full, hooks: { ...full.hooks, x: null } } })
  assert.equal(check(text(['linux', 'timeOffsets', 'x'], null))?.warnings, [])
})

test('a key of a map that is a field elsewhere is a key', () => {
  for (const key of ['sysctl', 'mode', 'seccomp', 'rootfsPropagation']) {
    const checked = check(text(['annotations', key], '', { ...full, hooks: null }))
    assert.ok(checked !== undefined && 'spec' in checked)
    assert.is(checked.spec.annotations?.[key], '')
  }
  assert.is(check(text(['annotations', 'sysctl'], null)), undefined)
})

test('empty strings count as missing where runc treats them so', () => {
  const words: readonly Keys[] = [
    ['linux', 'rootfsPropagation'],
    ['linux', 'intelRdt', 'memBwSchema'],
    ['linux', 'memoryPolicy'],
  ]
  for (const keys of words) {
    const empty = keys.at(-1) === 'memoryPolicy' ? { mode: '', nodes: '', flags: null } : ''
    const absent = keys.at(-1) === 'memoryPolicy' ? { nodes: '' } : undefined
    assert.equal(check(text(keys, empty)), check(text(keys, absent)), at(...keys))
  }
  for (const none of [{}, { defaultAction: '' }, { defaultAction: '', syscalls: null, flags: ['x'] }])
    assert.equal(check(text(['linux', 'seccomp'], none)), check(text(['linux', 'seccomp'], undefined)))
})

test('elsewhere they are faults, as in runc', () => {
  const words: readonly Keys[] = [
    ['process', 'scheduler', 'policy'],
    ['process', 'ioPriority', 'class'],
    ['linux', 'personality', 'domain'],
    ['linux', 'namespaces', 0, 'type'],
    ['linux', 'devices', 0, 'type'],
    ['linux', 'seccomp', 'defaultAction'],
    ['linux', 'seccomp', 'syscalls', 0, 'action'],
    ['linux', 'seccomp', 'syscalls', 1, 'args', 0, 'op'],
    ['linux', 'seccomp', 'architectures', 0],
    ['process', 'rlimits', 0, 'type'],
  ]
  for (const keys of words)
    assert.equal(
      faultsOf(text(keys, '')).map(({ pointer }) => pointer),
      [at(...keys)],
    )
  const without = { architectures: ['SCMP_ARCH_X86'] }
  assert.equal(
    faultsOf(text(['linux', 'seccomp'], without)).map(({ pointer }) => pointer),
    ['/linux/seccomp/defaultAction'],
  )
})

test.run()
