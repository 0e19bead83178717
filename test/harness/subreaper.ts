import { execFileSync } from 'node:child_process'
import { type Running, run } from './run.ts'

/** The compiled program subreaper.c. */
const program = `/tmp/ocits-subreaper.${process.pid}`
let built = false

/** Runs a command as an engine does that is the parent of what it leaves: subreaper.c tells what it prints. */
export function asEngine(mode: 'wait' | 'idle', command: readonly string[]): Running {
  const source = new URL('subreaper.c', import.meta.url).pathname
  if (!built) execFileSync('gcc', ['-static', '-O1', '-o', program, source])
  built = true
  return run([program, mode, ...command], { limit: 30_000 })
}
