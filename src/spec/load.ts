import { withoutNothing } from './absent.ts'
import { JsonError, parsedOrNothing, parseJson } from './json.ts'
import type { Fault } from './pointer.ts'
import { rules } from './rules.ts'
import type { Spec } from './spec.ts'
import { isSpec } from './validate.gen.ts'

/** The largest size of a config.json in bytes. It is checked where the file is read. */
export const maxConfigSize = 16 * 1024 * 1024

/** `warnings`: fields that are ignored, or not applied as they are written. */
export type Checked =
  | { readonly spec: Spec; readonly warnings: readonly Fault[] }
  | { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }

/**
 * config.json as a Spec, or all rules that it breaks. undefined: it is not JSON, or does not have the shape of a Spec; `explain` of faults.ts
 * says why, in the cold module, as it needs the schemas.
 */
export function check(text: string): Checked | undefined {
  const value = parsedOrNothing(text)
  const spec = isSpec(value) ? value : (settled(value) ?? exact(text))
  if (spec === undefined) return undefined
  const { faults, warnings } = rules(spec, text)
  return faults.length > 0 ? { faults, warnings } : { spec, warnings }
}

// Planners must not get null. If the text has no null, this is skipped.
function settled(value: unknown): Spec | undefined {
  const without = withoutNothing(value)
  return isSpec(without) ? without : undefined
}

// The validator refuses integers that JSON.parse has rounded, such as a limit of 2⁶⁴ - 1, which is parsed exactly here.
function exact(text: string): Spec | undefined {
  try {
    return settled(parseJson(text))
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}
