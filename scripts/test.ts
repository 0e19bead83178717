// Runs test files, each in its own process with a time limit, and counts the results.
//   tsx scripts/test.ts KIND…     test/KIND/**/*.test.ts
//   tsx scripts/test.ts FILE…     a .ts file, or a bundle that needs no tsx
// The output of a file is shown if it fails. The last line is `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { within } from '../test/harness/patience.ts'
import { filesOf } from './build/files.ts'

/** The time limit of a file in seconds, and whether it may run at the same time as others. */
const kinds: Readonly<Record<string, { readonly limit: number; readonly alone: boolean }>> = {
  unit: { limit: 120, alone: false },
  golden: { limit: 120, alone: false },
  wire: { limit: 120, alone: false },
  oracle: { limit: 300, alone: false },
  fuzz: { limit: 300, alone: false },
  field: { limit: 600, alone: true },
  fault: { limit: 600, alone: true },
  faults: { limit: process.env.ALL === '1' ? 3600 : 600, alone: false }, // each file has a world of its own
  learn: { limit: 600, alone: true },
  live: { limit: 600, alone: true },
  attack: { limit: 1200, alone: true },
}
const usual = { limit: 600, alone: true }

type Count = { passed: number; failed: number; skipped: number }

/** Runs a file; returns its output and exit. It is killed with all its children if it takes too long. */
function runFile(file: string, limit: number): Promise<{ output: string; end: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(file.endsWith('.ts') ? ['--import', 'tsx'] : []), file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      detached: true,
    })
    let output = ''
    let end = ''
    const inTime = within(limit * 1000, () => {
      end = `not done in ${limit} s of patience`
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', reject)
    // `close` comes when all output is read, but never while a process that the test left behind holds the pipe.
    child.on('exit', () =>
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), 2000).unref(),
    )
    child.on('close', (code, signal) => {
      inTime()
      resolve({ output, end: end || (code === 0 ? '' : `exit ${code ?? signal}`) })
    })
  })
}

/** The counts of uvu. A file without counts, or without a test, has failed. */
function count(output: string, end: string): Count {
  const number = (name: string) => Number(new RegExp(`^ +${name}: +(\\d+)`, 'm').exec(output)?.[1] ?? Number.NaN)
  const [total, passed, skipped] = [number('Total'), number('Passed'), number('Skipped')]
  if (!(total > 0)) return { passed: 0, failed: 1, skipped: 0 }
  const failed = total - passed // those that are skipped are not in the total
  return { passed, failed: end !== '' && failed === 0 ? 1 : failed, skipped }
}

async function test(file: string, limit: number): Promise<Count> {
  const start = Date.now()
  const { output, end } = await runFile(file, limit)
  const counted = count(output, end)
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  if (counted.failed > 0) process.stdout.write(`${output.trimEnd()}\n`)
  // The reason of a skipped test is always printed.
  else for (const line of output.split('\n')) if (line.startsWith('skip  ')) console.log(line)
  const words = counted.failed > 0 ? `FAILED ${end || (output.includes('Total:') ? '' : 'without a result')}` : 'ok'
  const skipped = counted.skipped > 0 ? `, ${counted.skipped} skipped` : ''
  console.log(`${words} ${file}: ${counted.passed} passed${skipped} (${seconds} s)`)
  return counted
}

async function all(files: readonly string[], limit: number, width: number): Promise<Count[]> {
  const counts: Count[] = []
  const queue = [...files]
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) counts.push(await test(file, limit))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return counts
}

const filesIn = (name: string) =>
  statSync(`test/${name}`, { throwIfNoEntry: false }) ? filesOf(`test/${name}`, '.test.ts') : []

async function main(names: readonly string[]): Promise<void> {
  const counts: Count[] = []
  for (const name of names) {
    const files = /\.m?[tj]s$/.test(name) ? [name] : filesIn(name)
    if (files.length === 0) console.log(`no tests in test/${name}`)
    const { limit, alone } = kinds[name] ?? usual
    counts.push(...(await all(files, limit, alone ? 1 : availableParallelism())))
  }
  const sum = (key: keyof Count) => counts.reduce((total, one) => total + one[key], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  if (counts.length === 0 || sum('failed') > 0) process.exitCode = 1
}

await main(process.argv.slice(2))
