// Writes the C that follows from src/step/table.ts.
//   tsx scripts/gen-steps.ts
import { writeFileSync } from 'node:fs'
import { generated } from '../src/program/header.ts'

for (const [name, text] of Object.entries(generated())) writeFileSync(new URL(`../${name}`, import.meta.url), text)
