import { withoutNothing } from './absent.ts'
import { JsonError, parsedOrNothing, parseJson } from './json.ts'
import type { Fault } from './pointer.ts'
import { rules } from './rules.ts'
import type { Spec } from './spec.ts'
import { isSpec } from './validate.gen.ts'

/** The most bytes that a config.json may have. Those who read the file check it. */
export const maxConfigSize = 16 * 1024 * 1024

/** `warnings`: what is passed over, or not taken as it stands. */
export type Checked =
  | { readonly spec: Spec; readonly warnings: readonly Fault[] }
  | { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }

/**
 * config.json as a Spec, or every rule it breaks. undefined: it is no JSON or has not the shape of a Spec; why, `explain` of
 * faults.ts tells, which needs the schemas and is for the cold module.
 */
export function check(text: string): Checked | undefined {
  const value = parsedOrNothing(text)
  const spec = isSpec(value) ? value : (settled(value) ?? exact(text))
  if (spec === undefined) return undefined
  const { faults, warnings } = rules(spec, text)
  return faults.length > 0 ? { faults, warnings } : { spec, warnings }
}

// The planners see no null: a text without one never comes here.
function settled(value: unknown): Spec | undefined {
  const without = withoutNothing(value)
  return isSpec(without) ? without : undefined
}

// The validator refuses an integer that JSON.parse has rounded, so this is where limits of 2⁶⁴ - 1 arrive.
function exact(text: string): Spec | undefined {
  try {
    return settled(parseJson(text))
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}
