import { writeFileSync } from 'node:fs'
import { header, source } from '../src/program/header.ts'

/** The generated C of the step table, by file name. */
export const files = (): Record<string, string> => ({
  'native/wire/steps.gen.h': header(),
  'native/parent/steps.gen.c': source('parent'),
  'native/init/steps.gen.c': source('init'),
})

if (process.argv[1]?.endsWith('gen-steps.ts'))
  for (const [name, text] of Object.entries(files())) writeFileSync(new URL(`../${name}`, import.meta.url), text)
