import { Kind, type TSchema } from '@sinclair/typebox'
import { places } from '../kernel/syscalls.ts'
import { parsedOrNothing } from './json.ts'
import { alike, nearest } from './nearest.ts'
import { at, below, type Fault, type Report } from './pointer.ts'
import { Spec } from './spec.ts'

/** The fields of other platforms, and `$schema`, for editors. */
const foreign: readonly string[] = ['freebsd', 'solaris', 'vm', 'windows', 'zos', '$schema']

/**
 * Names in a config.json without a meaning, with the name that was probably meant: properties that are not in the specification, which a runtime
 * must ignore without an error, and system calls. None if the text is not JSON.
 */
export function unknown(text: string): readonly Fault[] {
  const found: Fault[] = []
  const value = parsedOrNothing(text)
  // Nobody reads hundreds of suggestions, and each takes time.
  const guess: Guess = (words) => (found.length < 50 ? words() : '')
  properties(Spec, value, (pointer, message) => found.push({ pointer, message }), guess)
  calls(value, (pointer, message) => found.push({ pointer, message }), guess)
  return found
}

/** The suggestion in words; empty if there have been too many. */
type Guess = (words: () => string) => string

function properties(schema: TSchema, value: unknown, report: Report, guess: Guess): void {
  if (typeof value !== 'object' || value === null) return
  if (schema[Kind] === 'Array' && Array.isArray(value))
    for (const [i, each] of value.entries()) properties(schema.items, each, below(report, at(i)), guess)
  if (schema[Kind] !== 'Object' || Array.isArray(value)) return
  for (const [key, inner] of Object.entries(value)) {
    const field: TSchema | undefined = Object.hasOwn(schema.properties, key)
      ? schema.properties[key]
      : schema.additionalProperties
    if (field !== undefined) properties(field, inner, below(report, at(key)), guess)
    else if (inner !== null && !(schema === Spec && foreign.includes(key)))
      report(at(key), `unknown property, which is ignored${guess(() => meant(key, schema))}`)
  }
}

function meant(key: string, { properties }: TSchema): string {
  const names = Object.keys(properties)
  const near = alike(key, names)
  if (near !== undefined) return `: did you mean ${near}?`
  const homes = homesOf(key, Spec, '')
  return homes.length === 1 ? `: it belongs into ${homes[0] || 'the top of the file'}` : ''
}

/** The objects of the schema that have a property of this name, `*` for any index or key. */
function homesOf(key: string, schema: TSchema, pointer: string): string[] {
  if (schema[Kind] === 'Array') return homesOf(key, schema.items, `${pointer}/*`)
  if (schema[Kind] !== 'Object') return []
  const homes = Object.hasOwn(schema.properties, key) ? [pointer] : []
  for (const [name, field] of Object.entries<TSchema>(schema.properties))
    homes.push(...homesOf(key, field, `${pointer}/${name}`))
  return schema.additionalProperties === undefined
    ? homes
    : [...homes, ...homesOf(key, schema.additionalProperties, `${pointer}/*`)]
}

type Calls = {
  readonly linux?: { readonly seccomp?: { readonly syscalls?: readonly ({ readonly names?: unknown } | null)[] } }
}

function calls(value: unknown, report: Report, guess: Guess): void {
  const syscalls = (value as Calls | undefined)?.linux?.seccomp?.syscalls
  if (!Array.isArray(syscalls)) return
  const known = places()
  for (const [entry, each] of syscalls.entries()) {
    const names: unknown = each?.names
    for (const [i, name] of (Array.isArray(names) ? names : []).entries()) {
      if (typeof name !== 'string' || name === '' || known.has(name)) continue
      const words = guess(() => {
        const near = nearest(name, [...known.keys()])
        return near === undefined ? '' : `: did you mean ${near}?`
      })
      report(
        at('linux', 'seccomp', 'syscalls', entry, 'names', i),
        `no system call has the name ${JSON.stringify(name)}${words}`,
      )
    }
  }
}
