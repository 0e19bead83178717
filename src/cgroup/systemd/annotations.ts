import { at, type Fault } from '../../spec/pointer.ts'
import { VariantError } from './cursor.ts'
import { parseVariant } from './gvariant.ts'
import { type Property, type Variant, variant } from './value.ts'

const prefix = 'org.systemd.property.'

/**
 * Annotations `org.systemd.property.<Name>`, whose values are GVariants in text form, as properties of the unit. A value whose name ends in
 * Sec is in seconds; the bus only has microseconds.
 */
export function* annotated(annotations: Readonly<Record<string, string>>): Generator<Property | Fault> {
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(prefix)) continue
    const name = key.slice(prefix.length)
    const pointer = at('annotations', key)
    if (!isPropertyName(name)) yield { pointer, message: `not the name of a systemd property: ${JSON.stringify(name)}` }
    else yield property(name, annotations[key] ?? '', pointer)
  }
}

function property(name: string, text: string, pointer: string): Property | Fault {
  try {
    const value = parseVariant(text)
    if (!isSeconds(name)) return { name, value }
    return { name: `${name.slice(0, -'Sec'.length)}USec`, value: microseconds(value) }
  } catch (error) {
    if (error instanceof VariantError) return { pointer, message: `${JSON.stringify(text)}: ${error.message}` }
    throw error
  }
}

function isPropertyName(name: string): boolean {
  for (const letter of name.toLowerCase()) if (letter < 'a' || letter > 'z') return false
  return name.length >= 3
}

// TimeoutStopSec, but not TimeoutStopUSec.
function isSeconds(name: string): boolean {
  const before = name.charAt(name.length - 'Sec'.length - 1)
  return name.endsWith('Sec') && before >= 'a' && before <= 'z'
}

function microseconds({ signature, value }: Variant): Variant {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || !'ynqiuxtd'.includes(signature)) {
    throw new VariantError('not a number of seconds')
  }
  if (!Number.isFinite(Number(value))) throw new VariantError('not a number of seconds')
  const exact = typeof value === 'bigint' || Number.isInteger(value)
  const micro = exact ? BigInt(value) * 1_000_000n : BigInt(Math.floor(value * 1_000_000))
  if (micro < 0n || micro > 0xffff_ffff_ffff_ffffn) throw new VariantError('not a number of seconds')
  return variant('t', micro)
}
