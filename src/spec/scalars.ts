import { Kind, type TObject, type TSchema, type TUnsafe, Type, TypeRegistry } from '@sinclair/typebox'

type Note = { readonly description?: string }

/** A string from a closed list. The published schema has it as `enum`; its type is the union of the values. */
export function oneOf<const T extends readonly string[]>(values: T, note: Note = {}): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ ...note, [Kind]: 'OneOf', type: 'string', enum: values })
}

/** An object used as a map: any keys, and all values with the same schema. */
export function mapOf<T extends TSchema>(value: T, note: Note = {}): TUnsafe<Record<string, T['static']>> {
  return Type.Unsafe<Record<string, T['static']>>(Type.Object({}, { ...note, additionalProperties: value }) as TObject)
}

export const Uint16 = Type.Integer({ minimum: 0, maximum: 65_535 })
export const Int32 = (note: Note = {}) => Type.Integer({ ...note, minimum: -2_147_483_648, maximum: 2_147_483_647 })
export const Uint32 = (note: Note = {}) => Type.Integer({ ...note, minimum: 0, maximum: 4_294_967_295 })

/** A JavaScript number cannot hold 64 bits exactly, so beyond ±2⁵³ the value is a bigint. */
export const Int64 = (note: Note = {}) => integer64(-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n, note)
export const Uint64 = (note: Note = {}) => integer64(0n, 18_446_744_073_709_551_615n, note)

function integer64(minimum: bigint, maximum: bigint, note: Note): TUnsafe<number | bigint> {
  return Type.Unsafe<number | bigint>({ ...note, [Kind]: 'Integer64', type: 'integer', minimum, maximum })
}

export const Strings = (note: Note = {}) => Type.Array(Type.String(), note)

TypeRegistry.Set<{ enum: readonly string[] }>('OneOf', (schema, value) => schema.enum.includes(value as string))

TypeRegistry.Set<{ minimum: bigint; maximum: bigint }>('Integer64', (schema, value) => {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return false
  return (value as number | bigint) >= schema.minimum && (value as number | bigint) <= schema.maximum
})
