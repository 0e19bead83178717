// Writes the C code that is generated from src/step/table.ts.
//   tsx scripts/gen-steps.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { argumentsHeader } from '../src/program/checks.ts'
import { generated } from '../src/program/header.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const files = { ...generated(version), 'native/parent/arguments.gen.h': argumentsHeader() }

for (const [name, text] of Object.entries(files)) writeFileSync(new URL(`../${name}`, import.meta.url), text)
