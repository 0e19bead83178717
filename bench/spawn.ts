import { execFileSync } from 'node:child_process'
import { tools } from './tools.ts'

/** One or more commands that run one after the other, as words; `@` in a word is the number of the run. */
export type Line = readonly (readonly string[])[]

/** One command of one run. */
export type Spent = { readonly ms: number; readonly cpuMs: number; readonly peakKb: number }

/** How often the lines run: in each of `rounds` rounds every line runs `block` times in a row. With a block of 1 the lines alternate. */
export type Often = { readonly rounds: number; readonly block: number }

/** The commands of each line, run by run. The first round fills the caches and does not count. */
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

/** The milliseconds of all commands of a run together. */
export const total = (run: readonly Spent[]): number => run.reduce((sum, { ms }) => sum + ms, 0)

/** The processor time of all commands of a run, which other load on the machine affects least. */
export const processor = (run: readonly Spent[]): number => run.reduce((sum, { cpuMs }) => sum + cpuMs, 0)

function spent(text: string): Spent {
  const [nanoseconds = Number.NaN, cpu = Number.NaN, peakKb = Number.NaN] = text.split(':').map(Number)
  return { ms: nanoseconds / 1e6, cpuMs: cpu / 1e3, peakKb }
}
