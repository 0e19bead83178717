import { execFileSync } from 'node:child_process'

/** Runs a command that must succeed; returns its output. `quiet`: no output, because a process that it leaves behind would keep its stdout open. */
export function must([file = '', ...args]: readonly string[], { quiet = false } = {}): string {
  const stdout = quiet ? 'ignore' : 'pipe'
  return execFileSync(file, args, { stdio: ['ignore', stdout, 'inherit'], timeout: 30_000 })?.toString() ?? ''
}
