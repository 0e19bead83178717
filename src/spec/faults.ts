import { Kind, type TSchema } from '@sinclair/typebox'
import { Errors, type ValueError } from '@sinclair/typebox/errors'
import { isNothing } from './absent.ts'
import { JsonError, parseJson } from './json.ts'
import { alike } from './nearest.ts'
import type { Fault } from './pointer.ts'
import { rules } from './rules.ts'
import { Spec } from './spec.ts'

export { unknown } from './unknown.ts'

/** Everything that is wrong with a config.json: its syntax, else its shape, else the rules it breaks. */
export function specFaults(text: string): readonly Fault[] {
  try {
    const value = present(Spec, parseJson(text))
    const wrong = shapeFaults(value)
    return wrong.length > 0 ? wrong : rules(value as Spec, text).faults
  } catch (error) {
    if (error instanceof JsonError) return [error.fault]
    throw error
  }
}

/** Where a parsed config.json has not the shape of a Spec: the first fault of each place. */
export function faults(value: unknown): readonly Fault[] {
  return shapeFaults(present(Spec, value))
}

/** A copy without what stands for nothing, field by field of the schema: what must be there stays, and is told as it stands. */
function present(schema: TSchema, value: unknown): unknown {
  if (Array.isArray(value)) return schema[Kind] === 'Array' ? value.map((each) => present(schema.items, each)) : value
  if (schema[Kind] !== 'Object' || typeof value !== 'object' || value === null) return value
  const { properties, required = [], additionalProperties }: TSchema = schema
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const field: TSchema | undefined = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
    if (field !== undefined && field !== additionalProperties && !required.includes(key) && isNothing(key, inner))
      continue
    // Defined, not assigned: a key named __proto__ is a key like any other.
    const kept = field === undefined ? inner : present(field, inner)
    Object.defineProperty(copy, key, { value: kept, writable: true, enumerable: true, configurable: true })
  }
  return copy
}

/** More than anybody reads, and each takes time. */
const most = 1000

function shapeFaults(value: unknown): readonly Fault[] {
  const found = new Map<string, Fault>()
  for (const error of Errors(Spec, value)) {
    if (found.size === most) {
      found.set('', {
        pointer: '',
        message: `there is more that is not as it should be: no more than ${most} are looked for`,
      })
      break
    }
    if (!found.has(error.path)) found.set(error.path, { pointer: error.path, message: words(error) })
  }
  return [...found.values()]
}

function words({ value, schema, message }: ValueError): string {
  if (value === undefined) return message
  switch (schema[Kind]) {
    case 'OneOf':
      return `Expected one of ${schema.enum.join(', ')}, not ${found(value)}${meant(value, schema.enum)}`
    case 'Integer64':
      return `Expected integer from ${schema.minimum} to ${schema.maximum}, not ${found(value)}${asNumber(value)}`
    default:
      return `${message}, not ${found(value)}${schema[Kind] === 'Integer' ? asNumber(value) : ''}`
  }
}

const enough = 60

function found(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'bigint') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > enough ? `${text.slice(0, enough)}…` : text
}

function meant(value: unknown, among: readonly string[]): string {
  const near = typeof value === 'string' ? alike(value, among) : undefined
  return near === undefined ? '' : `: did you mean ${near}?`
}

const units = ' kmgtpe'

/** Numbers in quotes, and with a unit as people write them: what they would be. */
function asNumber(value: unknown): string {
  if (typeof value !== 'string' || value.length > enough) return ''
  const [, number = '', unit = ''] = /^\s*(-?\d+)\s*(?:([kmgtpe])(?:i?b)?|b)?\s*$/i.exec(value) ?? []
  if (number === '') return ''
  if (/^-?\d+$/.test(value)) return ': without the quotes it is a number'
  const bytes = BigInt(number) * 1024n ** BigInt(units.indexOf(unit.toLowerCase() || ' '))
  return `: in bytes that is ${bytes}`
}
