import { execFileSync } from 'node:child_process'
import { tools } from './tools.ts'

/** A command, or several that follow each other: words; `@` in a word is the number of the run. */
export type Line = readonly (readonly string[])[]

/** One command of one run. */
export type Spent = { readonly ms: number; readonly cpuMs: number; readonly peakKb: number }

/** How often: `rounds` times each line `block` times in a row. A block of 1 alternates. */
export type Often = { readonly rounds: number; readonly block: number }

/** The commands of each line, run by run. The first round is for the caches and does not count. */
export function time(lines: readonly Line[], { rounds, block }: Often): readonly (readonly (readonly Spent[])[])[] {
  const input = lines.map((line) => line.map((words) => words.join('\t')).join('\t;\t')).join('\n')
  const output = execFileSync(tools.spawn, [`${rounds + 1}`, `${block}`], {
    input,
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'inherit'],
  }).toString()
  const found: Spent[][][] = lines.map(() => [])
  for (const run of output.split('\n')) {
    const [number = '', ...commands] = run.split(' ')
    if (number !== '') found[Number(number)]?.push(commands.map(spent))
  }
  return found.map((runs) => runs.slice(block))
}

/** Milliseconds of all the commands of a run together. */
export const total = (run: readonly Spent[]): number => run.reduce((sum, { ms }) => sum + ms, 0)

/** The same of the processors' time, which others at work change least. */
export const processor = (run: readonly Spent[]): number => run.reduce((sum, { cpuMs }) => sum + cpuMs, 0)

function spent(text: string): Spent {
  const [nanoseconds = Number.NaN, cpu = Number.NaN, peakKb = Number.NaN] = text.split(':').map(Number)
  return { ms: nanoseconds / 1e6, cpuMs: cpu / 1e3, peakKb }
}
