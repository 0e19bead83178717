import { readFileSync, writeFileSync } from 'node:fs'
import { asMarkdown, verdicts } from './report.ts'
import { top } from './tools.ts'
import type { Finding } from './world.ts'

const file = `${top}docs/performance.md`
const [begin, end] = ['<!-- measured: npm run bench -- --markdown -->', '<!-- end -->']

/** Writes the tables between the two marks in docs/performance.md. */
export function record({ tables, figures }: Finding, machine: string): void {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${file}: the marks ${begin} and ${end} are missing`)
  const found = [verdicts(figures), ...tables].map(asMarkdown).join('\n')
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${machine}\n\n${found}\n${text.slice(to)}`)
}
