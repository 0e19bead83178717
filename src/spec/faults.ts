import { Kind, type TSchema } from '@sinclair/typebox'
import { Errors, type ValueError } from '@sinclair/typebox/errors'
import { JsonError, parseJson } from './json.ts'
import type { Fault } from './pointer.ts'
import { rules } from './rules.ts'
import { Spec } from './spec.ts'

/** Everything that is wrong with a config.json: its syntax, else its shape, else the rules it breaks. */
export function explain(text: string): readonly Fault[] {
  try {
    const value = parseJson(text)
    const wrong = faults(value)
    return wrong.length > 0 ? wrong : rules(value as Spec, text).faults
  } catch (error) {
    if (error instanceof JsonError) return [error.fault]
    throw error
  }
}

/** Where a parsed config.json has not the shape of a Spec: the first fault of each place. */
export function faults(value: unknown): readonly Fault[] {
  const found = new Map<string, Fault>()
  for (const error of Errors(Spec, value)) {
    if (!found.has(error.path)) found.set(error.path, { pointer: error.path, message: words(error) })
  }
  return [...found.values()]
}

function words(error: ValueError): string {
  const schema: TSchema = error.schema
  switch (error.value === undefined ? 'missing' : schema[Kind]) {
    case 'OneOf':
      return `Expected one of ${schema.enum.join(', ')}`
    case 'Integer64':
      return `Expected integer from ${schema.minimum} to ${schema.maximum}`
    default:
      return error.message
  }
}
