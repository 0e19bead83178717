import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Compile } from './compare.ts'

/** A bug for the compiler: a text in one of its files, and its replacement. */
export type Mutant = { readonly file: string; readonly text: string; readonly into: string }

export const mutants: readonly Mutant[] = [
  { file: 'match', text: "'above' ? JGT : JGE", into: "'above' ? JGE : JGT" },
  { file: 'match', text: 'c.high, lower, no)', into: 'c.high, lower, lower)' },
  { file: 'match', text: '(p.bigEndian ? 4 : 0)', into: '(p.bigEndian ? 0 : 4)' },
  { file: 'match', text: 'mask, no, yes)', into: 'mask, yes, no)' },
  { file: 'match', text: '(c.highMask === ALL || c.highMask === 0)', into: 'true' },
  {
    file: 'match',
    text: 'c.negated ? { yes: otherwise, no: label }',
    into: 'c.negated ? { yes: label, no: otherwise }',
  },
  { file: 'condition', text: '(second.low & first.low) >>> 0', into: 'second.low' },
  { file: 'condition', text: 'Math.floor(value / 0x1_0000_0000)', into: '0' },
  { file: 'condition', text: 'rankA === BELOW ? -datum : datum', into: 'datum' },
  { file: 'condition', text: 'return b.index - a.index', into: 'return a.index - b.index' },
  {
    file: 'tree',
    text: 'JGE, starts[middle] as number',
    into: 'JGE, (starts[middle] as number) + 1',
  },
  { file: 'tree', text: '&& starts[last] === k + 1', into: '' },
  { file: 'ranges', text: 'extend(b, X32_BIT, other)', into: '' },
  { file: 'ranges', text: 'if (x32 === undefined) extend(b, 0xffff_ffff, DEFAULT)', into: '' },
  { file: 'ranges', text: "name.startsWith('SCMP_ARCH_S390')", into: 'false' },
  { file: 'ranges', text: 'extend(b, newest + 1, newer ?? DEFAULT)', into: 'extend(b, newest, newer ?? DEFAULT)' },
  { file: 'rules', text: 'twice ? all.map((c) => [c]) : [all]', into: '[all]' },
  { file: 'sheet', text: 'if (place <= PASSED) passed.push({ place, rule })', into: '' },
  { file: 'sheet', text: 'verdicts.indexOf(value, DEFAULT)', into: 'verdicts.indexOf(value)' },
  { file: 'view', text: 'passedNumber(place)', into: 'passedNumber(place) + 1' },
  { file: 'view', text: '.filter((c) => c.index !== 0)', into: '' },
  { file: 'view', text: 'rule.conditions.map(narrow)', into: 'rule.conditions' },
  { file: 'view', text: 'seen.filter((c) => !alwaysHolds(c))', into: 'seen' },
  { file: 'verdict', text: 'value === LOG || ', into: '' },
  { file: 'assembler', text: 'const REACH = 254', into: 'const REACH = 300' },
  { file: 'assembler', text: 'code | ((p.size - near) << 16)', into: 'code | ((p.size - near + 1) << 16)' },
]

/** A compiler with this bug. Throws if its text does not occur exactly once: then the list is out of date. */
export async function mutated({ file, text, into }: Mutant): Promise<Compile> {
  const path = new URL(`../../../src/seccomp/${file}.ts`, import.meta.url).pathname
  const source = readFileSync(path, 'utf8')
  if (source.split(text).length !== 2) throw new Error(`${file}.ts has not just one ${text}`)
  const dir = mkdtempSync(join(tmpdir(), 'mutant-'))
  const outfile = join(dir, 'compile.mjs')
  const plugin = {
    name: 'mutant',
    setup: (on: Parameters<NonNullable<NonNullable<Parameters<typeof build>[0]['plugins']>[number]['setup']>>[0]) =>
      on.onLoad({ filter: new RegExp(`/seccomp/${file}\\.ts$`) }, () => ({
        contents: source.replace(text, () => into),
        loader: 'ts',
      })),
  }
  const entry = new URL('../../../src/seccomp/compile.ts', import.meta.url).pathname
  await build({ entryPoints: [entry], bundle: true, format: 'esm', outfile, plugins: [plugin], logLevel: 'error' })
  const { compileFilter } = (await import(outfile)) as { compileFilter: Compile }
  rmSync(dir, { recursive: true })
  return compileFilter
}
