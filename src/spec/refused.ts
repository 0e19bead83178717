import type { Fault, Pointer } from './pointer.ts'
import type { Spec } from './spec.ts'

/** A field that is known and not done. `asks`: what counts as asking for it, where `asked` does not tell. */
export type Refusal = {
  readonly field: Pointer
  readonly reason: string
  readonly asks?: (value: unknown) => boolean
}

/** Fields that a config cannot ask for yet. Who does one deletes its line, and the word in spec/coverage.txt. */
export const refusals: readonly Refusal[] = [
  { field: '/process/terminal', reason: 'terminals are not supported yet' },
  // A device is asked for by its key alone.
  {
    field: '/linux/netDevices',
    reason: 'moving network devices is not supported yet',
    asks: (value) => Object.keys(value ?? {}).length > 0,
  },
]

/** Every field that a config asks for and ocits does not do: it is refused rather than run without it. */
export function* refused(spec: Spec): Generator<Fault> {
  for (const { field, reason, asks = asked } of refusals) {
    if (asks(valueAt(spec, field))) yield { pointer: field, message: reason }
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

// Engines write fields that say nothing: false, '', {}, [], a limit of 0 (not set) or -1 (none, as in a new cgroup).
function asked(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? value.length > 0 : Object.values(value).some(asked)
  }
  return value !== undefined && value !== false && value !== '' && value !== 0 && value !== -1
}
