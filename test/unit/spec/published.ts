import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ajv } from 'ajv'
import draft4 from 'ajv-draft-04'
import { test } from 'uvu'

/** The JSON schemas of runtime-spec 1.3.0, in a folder next to the project. */
const folder = fileURLToPath(new URL('../../../../shared/schema', import.meta.url))

export const missing = existsSync(`${folder}/config-schema.json`)
  ? undefined
  : `the published schemas are not in ${folder}`

/** A test that needs the published schemas; without them it counts as skipped, with the reason. */
export function testPublished(name: string, run: () => void): void {
  if (missing === undefined) {
    test(name, run)
  } else {
    console.log(`skip  ${name}: ${missing}`)
    test.skip(name, run)
  }
}

type Schema = { readonly [key: string]: unknown }

function load(file: string): Schema {
  return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'))
}

/** The fixtures of the published schemas: file name and text. */
export function fixtures(kind: 'good' | 'bad', of = 'config'): readonly { name: string; text: string }[] {
  const files = readdirSync(`${folder}/test/${of}/${kind}`).sort()
  return files.map((name) => ({ name, text: readFileSync(`${folder}/test/${of}/${kind}/${name}`, 'utf8') }))
}

/** The faults that the published schema finds in a parsed config, or in another file with a schema: their places. */
export function publishedFaults(of = 'config'): (value: unknown) => readonly { path: string; message: string }[] {
  // Its own `uint64` has the maximum 18446744073709551615, which JavaScript reads as 2⁶⁴.
  const ajv: Ajv = new (draft4 as unknown as { default: typeof Ajv }).default({ strict: false, allErrors: true })
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.json') && !file.startsWith('state') && file !== `${of}-schema.json`)
      ajv.addSchema(load(file), file)
  }
  const validate = ajv.compile(load(`${of}-schema.json`))
  return (value) => {
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => ({ path: instancePath, message }))
  }
}

/** Every field of the published schema as a pointer, `*` for any index or key of a map. */
export function publishedFields(): readonly string[] {
  const fields = new Set<string>()
  walk(load('config-schema.json'), { file: 'config-schema.json', pointer: '' }, fields)
  return [...fields].sort()
}

type Place = { readonly file: string; readonly pointer: string }

function walk(schema: Schema, index: Place, fields: Set<string>): void {
  const { $ref, properties, items, additionalProperties } = schema as { [key: string]: Schema | undefined }
  if (typeof $ref === 'string') {
    const [file = '', path = ''] = ($ref as string).split('#')
    const target = { file: file === '' ? index.file : basename(file), pointer: index.pointer }
    walk(resolve(load(target.file), path), target, fields)
  }
  for (const [name, field] of Object.entries(properties ?? {})) {
    const pointer = `${index.pointer}/${name}`
    fields.add(pointer)
    walk(field as Schema, { file: index.file, pointer }, fields)
  }
  const inner = { file: index.file, pointer: `${index.pointer}/*` }
  for (const each of [items, additionalProperties]) if (typeof each === 'object') walk(each, inner, fields)
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    for (const each of (schema[key] as Schema[] | undefined) ?? []) walk(each, index, fields)
  }
}

function resolve(schema: Schema, path: string): Schema {
  let found: unknown = schema
  for (const key of path.split('/').slice(1)) found = (found as Schema)[key]
  return found as Schema
}
