import { writeFileSync } from 'node:fs'
import { header, source } from '../src/program/header.ts'

/** The generated C of the step table, by file name. */
export const files = (): Record<string, string> => ({
  'native/steps.gen.h': header(),
  'native/parent.gen.c': source('parent'),
  'native/init.gen.c': source('init'),
})

if (process.argv[1]?.endsWith('gen-steps.ts'))
  for (const [name, text] of Object.entries(files())) writeFileSync(new URL(`../${name}`, import.meta.url), text)
