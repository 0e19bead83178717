import { Kind, type TSchema } from '@sinclair/typebox'
import { Errors, type ValueError } from '@sinclair/typebox/errors'
import { isNothing } from './absent.ts'
import { JsonError, parseJson } from './json.ts'
import { alike } from './nearest.ts'
import type { Fault } from './pointer.ts'
import { rules } from './rules.ts'
import { Spec } from './spec.ts'

export { unknown } from './unknown.ts'

/** All faults of a config.json: of its syntax; if that is right, of its shape; if that is right, the rules that it breaks. */
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

/** The places where a parsed config.json does not have the shape of a Spec, with the first fault of each. */
export function faults(value: unknown): readonly Fault[] {
  return shapeFaults(present(Spec, value))
}

/** A copy without the optional fields that count as not set. Required fields stay, so that a fault shows their value. */
function present(schema: TSchema, value: unknown): unknown {
  if (Array.isArray(value)) return schema[Kind] === 'Array' ? value.map((each) => present(schema.items, each)) : value
  if (schema[Kind] !== 'Object' || typeof value !== 'object' || value === null) return value
  const { properties, required = [], additionalProperties }: TSchema = schema
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const field: TSchema | undefined = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
    if (field !== undefined && field !== additionalProperties && !required.includes(key) && isNothing(key, inner))
      continue
    // defineProperty, as an assignment to the key __proto__ would set the prototype.
    const kept = field === undefined ? inner : present(field, inner)
    Object.defineProperty(copy, key, { value: kept, writable: true, enumerable: true, configurable: true })
  }
  return copy
}

/** Nobody reads more faults, and each takes time. */
const most = 1000

function shapeFaults(value: unknown): readonly Fault[] {
  const found = new Map<string, Fault>()
  for (const error of Errors(Spec, value)) {
    if (found.size === most) {
      found.set('', {
        pointer: '',
        message: `there are more faults: only the first ${most} are shown`,
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

/** For a number in quotes, or with a unit as people write it: the value to use instead. */
function asNumber(value: unknown): string {
  if (typeof value !== 'string' || value.length > enough) return ''
  const [, number = '', unit = ''] = /^\s*(-?\d+)\s*(?:([kmgtpe])(?:i?b)?|b)?\s*$/i.exec(value) ?? []
  if (number === '') return ''
  if (/^-?\d+$/.test(value)) return ': without the quotes it is a number'
  const bytes = BigInt(number) * 1024n ** BigInt(units.indexOf(unit.toLowerCase() || ' '))
  return `: in bytes that is ${bytes}`
}
