import type { Fault, Pointer } from './pointer.ts'
import type { Spec } from './spec.ts'

/** A field that is known and not done. */
export type Refusal = { readonly field: Pointer; readonly reason: string }

/** Fields that a config cannot ask for yet. When one is implemented, its line goes, and the word in spec/coverage.txt. */
export const refusals: readonly Refusal[] = [{ field: '/process/terminal', reason: 'terminals are not supported yet' }]

/** Every field that a config asks for and ocits does not do: it is refused rather than run without it. */
export function* refused(spec: Spec): Generator<Fault> {
  for (const { field, reason } of refusals) {
    if (asked(valueAt(spec, field))) yield { pointer: field, message: reason }
  }
}

function valueAt(spec: Spec, pointer: Pointer): unknown {
  let value: unknown = spec
  for (const key of pointer.slice(1).split('/')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

// Engines also write fields that are not set: false, '', {}, [], 0.
function asked(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? value.length > 0 : Object.values(value).some(asked)
  }
  return value !== undefined && value !== false && value !== '' && value !== 0
}
