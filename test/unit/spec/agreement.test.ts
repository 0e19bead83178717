import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withoutNothing } from '../../../src/spec/absent.ts'
import { faults, specFaults } from '../../../src/spec/faults.ts'
import { parseJson } from '../../../src/spec/json.ts'
import { isSpec } from '../../../src/spec/validate.gen.ts'
import { docker } from './docker.ts'
import { full } from './full.ts'
import { mutate, random } from './mutate.ts'
import { fixtures, publishedFaults, publishedFields, testPublished } from './published.ts'

/** The differences between ocits and the published schema, with the reasons. There are no others. */
const differences: readonly Difference[] = [
  {
    reason: 'Go and others write null for a field that is not set: runc and crun take it for absent.',
    example: ['/linux/resources', null],
    theirs: (_, value) => value === null,
  },
  {
    reason: 'runc takes some empty words for absent.',
    example: ['/linux/rootfsPropagation', ''],
    theirs: (path, value) =>
      value === '' && /^\/linux\/(rootfsPropagation|intelRdt\/memBwSchema|memoryPolicy\/mode)$/.test(path),
  },
  {
    reason: 'runc takes a filter without any action for none.',
    example: ['/linux/seccomp', {}],
    theirs: (path, value) => path === '/linux/seccomp' && Object.keys(value as object).length === 0,
  },
  {
    reason: 'The objects of other platforms are ignored, whatever they hold.',
    example: ['/freebsd', { jail: { vnet: 'disable' } }],
    theirs: (path) => /^\/(freebsd|solaris|vm|windows|zos)(\/|$)/.test(path),
  },
  {
    reason: 'Engines write st_mode with the bits of the file type: 8630 is S_IFCHR | 0666.',
    example: ['/linux/devices/0/fileMode', 8630],
    theirs: (path, value) =>
      /^\/linux\/devices\/\d+\/fileMode$/.test(path) && number(value) > 511 && number(value) < 2 ** 32,
  },
  {
    reason: 'runc and crun take the recursive forms of propagation, and engines write them.',
    example: ['/linux/rootfsPropagation', 'rslave'],
    theirs: (path, value) =>
      path === '/linux/rootfsPropagation' && ['rprivate', 'rshared', 'rslave', 'runbindable'].includes(String(value)),
  },
  {
    reason: 'The spec itself limits oomScoreAdj to what the kernel takes.',
    example: ['/process/oomScoreAdj', 1001],
    ours: (path, value) => path === '/process/oomScoreAdj' && Math.abs(number(value)) > 1000,
  },
  {
    reason: 'The timeout of a hook must fit 32 bits of milliseconds.',
    example: ['/hooks/poststop/0/timeout', 4_294_968],
    ours: (path, value) => /^\/hooks\/\w+\/\d+\/timeout$/.test(path) && number(value) > 4_294_967,
  },
  {
    reason: 'A schema library reads the bounds of 64 bit integers as doubles, 2⁶³ and 2⁶⁴, which are beyond the range.',
    example: ['/process/rlimits/0/hard', 2 ** 64],
    ours: (_, value, message) =>
      message.startsWith('Expected integer from') && [2 ** 63, 2 ** 64].includes(Math.abs(number(value))),
  },
  {
    reason: 'In Go pids.limit is a pointer since 1.3, which may be nil, and runc takes that as no change.',
    example: ['/linux/resources/pids', {}],
    theirs: (path, _, message) => path === '/linux/resources/pids' && message.includes("'limit'"),
  },
  {
    reason:
      'The published pattern for the keys of maps leaves the values of empty keys, and of a newline alone, unchecked.',
    example: ['/annotations/', 5],
    ours: (path) => /^\/(annotations|linux\/sysctl|linux\/resources\/unified)\/\n?$/.test(path),
  },
]

type Excuse = (path: string, value: unknown, message: string) => boolean
type Difference = {
  readonly reason: string
  /** A pointer and a value there that only one side refuses. */
  readonly example: readonly [pointer: string, value: unknown]
  readonly ours?: Excuse
  readonly theirs?: Excuse
}

testPublished('the full config of these tests has every field that Linux has', () => {
  const other = /^\/(freebsd|solaris|vm|windows|zos)/
  for (const field of publishedFields()) if (!other.test(field)) assert.ok(has(full, field.split('/').slice(1)), field)
})

testPublished('fixtures that are good are accepted, bad ones refused', () => {
  for (const { name, text } of fixtures('good')) assert.equal(faults(parseJson(text)), [], name)
  const refused = fixtures('bad').filter(({ text }) => specFaults(text).length > 0)
  const others = fixtures('bad').filter(({ name }) => name.startsWith('freebsd'))
  assert.is(refused.length + others.length, fixtures('bad').length)
  assert.ok(refused.length >= 4)
})

testPublished('fixtures that are good keep the rules too, but for those that no Linux container can have', () => {
  const broken: Record<string, string[]> = {
    'freebsd-example.json': ['/hostname'],
    'linux-netdevice.json': ['/linux/netDevices'],
    'zos-example.json': ['/hostname'],
  }
  for (const { name, text } of fixtures('good')) {
    const pointers = specFaults(text).map(({ pointer }) => pointer)
    assert.equal(pointers, broken[name] ?? [], name)
  }
})

testPublished('each difference is one', () => {
  const published = publishedFaults()
  for (const { reason, example, theirs } of differences) {
    const [pointer, value] = example
    const config = replace(full, pointer.split('/').slice(1), value)
    const theyRefuse = published(config).some(({ path }) => path.startsWith(pointer))
    const weRefuse = faults(parseJson(JSON.stringify(config))).some((fault) => fault.pointer === pointer)
    assert.equal({ theyRefuse, weRefuse }, { theyRefuse: theirs !== undefined, weRefuse: theirs === undefined }, reason)
  }
})

testPublished('the published schema says the same of thousands of mutated configs', () => {
  const published = publishedFaults()
  let refused = 0
  let accepted = 0
  for (const config of mutants(4000)) {
    const ours = faults(parseJson(JSON.stringify(config))).map(({ pointer, message }) => ({ path: pointer, message }))
    const theirs = published(config)
    const oursLeft = ours.filter((fault) => !excused(fault, 'ours', theirs, config))
    const theirsLeft = theirs.filter((fault) => !excused(fault, 'theirs', ours, config))
    const agree = oursLeft.length > 0 === theirsLeft.length > 0
    if (!agree) assert.unreachable(JSON.stringify({ oursLeft, theirsLeft }))
    if (oursLeft.length > 0) refused++
    else accepted++
  }
  assert.ok(refused > 1000 && accepted > 700, `${refused} refused, ${accepted} accepted`)
})

test('the generated validator and the schemas agree', () => {
  for (const config of mutants(4000)) {
    const value = parseJson(JSON.stringify(config))
    assert.is(faults(value).length === 0, isSpec(withoutNothing(value)), JSON.stringify(config))
  }
})

test('the schema for editors and the validator agree', () => {
  const file = new URL('../../../spec/config.schema.json', import.meta.url)
  const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')))
  for (const config of mutants(2000)) {
    const text = JSON.stringify(config)
    // Beyond 2⁵³ a schema library is not exact.
    if (!/\d{16}/.test(text)) assert.is(validate(JSON.parse(text)), isSpec(JSON.parse(text)), text)
  }
})

test('a value of the wrong type is refused at every field, with its pointer', () => {
  const wrong = Symbol.for('wrong')
  for (const pointer of leaves(full, '')) {
    const config = replace(full, pointer.split('/').slice(1), wrong)
    assert.not.ok(isSpec(config), pointer)
    assert.ok(
      faults(config).some((fault) => fault.pointer === pointer),
      pointer,
    )
  }
})

function* mutants(count: number): Generator<unknown> {
  const next = random(20_261_123)
  const others = {
    freebsd: { jail: { vnet: 'new' } },
    windows: { layerFolders: ['C:'] },
    vm: { kernel: { path: '/k' } },
  }
  const bases = [full, docker, { ...full, ...others }, { ociVersion: '1.0.0', root: { path: 'rootfs' } }]
  for (let index = 0; index < count; index++) yield mutate(bases[index % bases.length], next)
}

type Found = { readonly path: string; readonly message: string }

/** Whether only one side has a fault at a place, and a known difference gives the reason. */
function excused(fault: Found, side: 'ours' | 'theirs', others: readonly Found[], config: unknown) {
  if (others.some(({ path }) => path === fault.path)) return false
  const value = valueAt(config, fault.path)
  return differences.some((difference) => difference[side]?.(fault.path, value, fault.message))
}

/** A whole number unchanged, anything else as NaN. */
function number(value: unknown): number {
  return Number.isInteger(value) ? (value as number) : Number.NaN
}

function valueAt(value: unknown, pointer: string): unknown {
  let found = value
  for (const key of pointer.split('/').slice(1)) {
    found = (found as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return found
}

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true
  if (typeof value !== 'object' || value === null) return false
  if (key === '*') return Object.values(value).some((each) => has(each, rest))
  return Object.hasOwn(value, key) && has((value as Record<string, unknown>)[key], rest)
}

function leaves(value: unknown, pointer: string): string[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const name = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')
  return [pointer, ...below.flatMap(([key, inner]) => leaves(inner, `${pointer}/${name(key)}`))]
}

function replace(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) }
  copy[key] = replace(copy[key], rest, by)
  return copy
}

test.run()
