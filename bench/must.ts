import { execFileSync } from 'node:child_process'

/** Runs a command that must succeed; answers what it prints. `quiet`: nothing, as what it leaves behind holds its stdout. */
export function must([file = '', ...args]: readonly string[], { quiet = false } = {}): string {
  const stdout = quiet ? 'ignore' : 'pipe'
  return execFileSync(file, args, { stdio: ['ignore', stdout, 'inherit'], timeout: 30_000 })?.toString() ?? ''
}
