import type { Native } from '../../src/native/table.ts'

/**
 * Native functions in QuickJS, for tests: the `main` of build/native. Its one word is a JSON list of [name, ...arguments]; it
 * prints the results. Bytes are written {"bytes":[…]}.
 */
export function main(words: readonly string[], native: Native): number {
  const functions = native as unknown as Readonly<Record<string, (...values: readonly unknown[]) => unknown>>
  const calls: readonly [string, ...unknown[]][] = JSON.parse(words[0] ?? '')
  const results = calls.map(([name, ...values]) => functions[name]?.(...values.map(fromJson)))
  return native.put(1, JSON.stringify(results.map(toJson))) < 0 ? 1 : 0
}

const fromJson = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'bytes' in value ? new Uint8Array(value.bytes as number[]) : value

const toJson = (value: unknown): unknown => (value instanceof Uint8Array ? { bytes: Array.from(value) } : value)
