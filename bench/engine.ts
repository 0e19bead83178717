import { execFileSync } from 'node:child_process'
import { makeBundle } from './bundle.ts'
import { summary } from './numbers.ts'
import { tools } from './tools.ts'
import type { Finding, World } from './world.ts'

/**
 * Engine, bytecode, config and plan: the time from the first instruction of the process to the first file that it makes, its state folder. The
 * floor does nothing before this, so its time is the cost of the measurement.
 */
export function engine(world: World): Finding {
  const bundle = makeBundle(`${world.folder}/engine`, {})
  const rounds = world.quick ? 30 : 200
  const own = summary(until(rounds, ['mkdir', 'stopped'], world.floor('stopped'))).median
  const command = [...world.ocits.command, 'run', '--bundle', bundle, 'stopped']
  const read = summary(until(rounds, ['open', 'config.json'], command)).median - own
  const planned = summary(until(rounds, ['mkdir', 'stopped'], command)).median - own
  return {
    tables: [
      {
        title: 'Before the first operation: `run` of the default bundle',
        headings: ['ms', 'median'],
        rows: [
          ['engine and command line, until config.json is opened', read.toFixed(2)],
          ['read, check, observe, plan and encode', (planned - read).toFixed(2)],
          ['together', planned.toFixed(2)],
        ],
      },
    ],
    figures: [{ what: 'engine, load and plan', value: planned, unit: 'ms', aim: 1.2 }],
  }
}

type Call = readonly ['open' | 'mkdir', string]

/** The milliseconds from execve to the call, for each round. */
function until(rounds: number, call: Call, command: readonly string[]): readonly number[] {
  const output = execFileSync(tools.until, [`${rounds + 1}`, ...call, ...command], { timeout: 150_000 }).toString()
  const found = output.trim().split('\n').map(Number)
  return found.slice(1).map((nanoseconds) => nanoseconds / 1e6)
}
