import type { Native } from '../../src/native/table.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { encode } from '../../src/program/encode.ts'
import { check } from '../../src/spec/load.ts'
import type { Step } from '../../src/step/step.ts'
import { hostOf } from '../fixtures/hosts.ts'

/**
 * Native functions in QuickJS, for tests: the `main` of build/native. Its only argument is a JSON list of [name, ...arguments]; it
 * prints the results. Bytes have the form {"bytes":[…]}. In addition to the functions of the table there are
 *   packBundle(folder)  whether C packs the plans of a bundle to the same bytes as encode.ts
 *   packOdd()           the same for values at the edge of a range; those that C leaves to encode.ts count as not packed
 */
export function main(words: readonly string[], native: Native): number {
  const functions: Functions = { ...entriesOf(native), packBundle: packBundle(native), packOdd: packOdd(native) }
  const calls: readonly [string, ...unknown[]][] = JSON.parse(words[0] ?? '')
  const results = calls.map(([name, ...values]) => functions[name]?.(...values.map(fromJson)))
  return native.put(1, JSON.stringify(results.map(toJson))) < 0 ? 1 : 0
}

type Functions = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>

const entriesOf = (native: Native) =>
  Object.fromEntries(
    Object.getOwnPropertyNames(native).map((name) => [name, (native as unknown as Functions)[name]]),
  ) as Functions

const fromJson = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'bytes' in value ? new Uint8Array(value.bytes as number[]) : value

const toJson = (value: unknown): unknown => (value instanceof Uint8Array ? { bytes: Array.from(value) } : value)

const packBundle = (native: Native) => (folder: unknown) => {
  const text = native.read(`${folder}/config.json`, 1 << 20)
  const checked = typeof text === 'string' ? check(text) : undefined
  if (typeof text !== 'string' || checked === undefined || !('spec' in checked)) return ['no config']
  const bundle = String(folder)
  const name = bundle.slice(bundle.lastIndexOf('/') + 1)
  const hosts = [hostOf(name, 1), hostOf(name, 2)].filter((host) => host !== undefined)
  return hosts.map((host) => packed(native, planCreate(checked.spec, host, { ...request, bundle }, text)))
}

const request = {
  mode: 'run',
  detach: false,
  keep: false,
  noPivot: false,
  noNewKeyring: false,
  pidFile: undefined,
} as const

/** 'same', 'other', or 'not packed'. */
function packed(native: Native, steps: readonly Step[]): string {
  let by = 'not packed'
  const result = encode(steps, (...all) => {
    const bytes = native.pack?.(...all)
    if (bytes !== undefined) by = 'packed'
    return bytes
  })
  if (by !== 'packed') return by
  const expected = encode(steps)
  return result.length === expected.length && result.every((byte, i) => byte === expected[i]) ? 'same' : 'other'
}

const limit = (soft: unknown) => [{ op: 'prlimit', actor: 'parent', pointer: '', resource: 7, soft, hard: 0 }] as Step[]
const name = (value: unknown) => [{ op: 'hostname', actor: 'init', pointer: '', name: value }] as Step[]

const odd: Readonly<Record<string, readonly Step[]>> = {
  none: [],
  'other scripts': name('aß€😀\ufffd'),
  'all of a pair': name('\ud83d\ude00'),
  'large number': limit(2 ** 53 - 1),
  'largest integer': limit(2n ** 64n - 1n),
  'long string': name('é'.repeat(100_000)),
  'half of a pair': name('a\ud800'),
  'the other half': name('\udfff'),
  NUL: name('a\0b'),
  missing: name(undefined),
  fraction: limit(0.5),
  negative: limit(-1),
  'too large': limit(2 ** 53),
  'integer too large': limit(2n ** 64n),
  'negative integer': limit(-1n),
  'no such op': [{ op: 'nothing-of-the-kind', actor: 'init', pointer: '' } as unknown as Step],
  'no such hand': [{ op: 'setsid', actor: 'third', pointer: '' } as unknown as Step],
}

const packOdd = (native: Native) => () =>
  Object.entries(odd).map(([what, steps]) => {
    try {
      return `${what}: ${packed(native, steps)}`
    } catch (error) {
      return `${what}: ${error instanceof Error ? 'refused' : ''}`
    }
  })
