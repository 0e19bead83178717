import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { type Faulted, type Place, type Recorded, recorded, type What, withFault } from '../harness/inject.ts'
import { soon } from '../harness/life.ts'
import { patience } from '../harness/patience.ts'
import { run } from '../harness/run.ts'
import { type Traces, traces, unchanged } from '../harness/traces.ts'
import { errorsOf } from './errors.ts'

// Each system call of a command, and of its init, fails once with each error that fits, and is once the place where one of them is killed.
// After each of these the machine is as before, at once or after `delete --force`, and all messages were true.

export const root = '/run/ocits-faults'
// A copy, because a sweep takes long and the executable may be built again meanwhile.
const copy = `/run/ocits-copy.${process.pid}`
mkdirSync(copy)
copyFileSync(binary.command[0] ?? '', `${copy}/ocits`)
export const ocits = runtime({ name: 'ocits', command: [`${copy}/ocits`] }, root)
export const id = 'victim'

/** One command of a container's life. */
export type Trial = {
  readonly command: readonly string[]
  /** A program that runs the injector with the command, for example on a terminal, and its arguments. */
  readonly around?: readonly string[]
  /** Brings the container to the status in which the command begins. */
  readonly prepare?: () => Promise<void>
  /** Checks that apply only to this command: whether its success is complete, whether its failure has done no half of the work. */
  readonly judge: (result: Faulted, base: Recorded, before: Traces, fault: Fault) => Promise<void> | void
  /** Runs after a run without a fault, and records the correct result. */
  readonly whole?: (base: Recorded) => Promise<void>
  /** The state after the command itself was killed. */
  readonly killed?: () => Promise<void>
  /** SIGTERM makes it undo its work. */
  readonly undoes?: true
  /** Only errors, no kills. */
  readonly errors?: true
  /** The selected places; default: all. */
  readonly of?: (places: readonly Place[]) => readonly Place[]
}

export type Fault = { readonly place: Place; readonly what: What }

/** All faults of a run: every error at every call, and the kill of each process there. */
export function faultsOf(places: readonly Place[]): readonly Fault[] {
  return places.flatMap((place) => {
    const deaths: readonly What[] = place.process === '0' ? ['kill', 'term'] : ['kill', 'kill=0']
    return [...errorsOf(place.name), ...deaths].map((what) => ({ place, what }))
  })
}

/** All elements with `ALL=1` in the environment, otherwise about `count`, evenly spread. */
export function sampled<T>(all: readonly T[], count: number): readonly T[] {
  if (process.env.ALL === '1' || all.length <= count) return all
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as T)
}

const words = ({ place: { process, name, nth }, what }: Fault) => `${name} ${nth} of ${process} → ${what}`

/** Messages without use for a reader are forbidden: a stack, an apology, or none at all. */
function wellSaid({ code, stderr }: Faulted, { place, what }: Fault): void {
  const lines = stderr.split('\n')
  assert.is(lines.pop(), '', `an unfinished line: ${stderr}`)
  for (const line of lines) {
    assert.match(line, /^ocits: \S/)
    assert.not.match(line, /\bbug\b|undefined|\[object|^\s+at /)
  }
  // A message that cannot be written cannot be read.
  const mute = place.process === '0' && /^(write|writev|ppoll)$/.test(place.name)
  // If the init is killed in its last step, it is the process that was killed.
  const died = code === 137 && what === 'kill' && place.process !== '0'
  if (code !== 0 && !mute && !died) assert.ok(lines.length > 0, 'not a word')
}

/** In every case state gives a sensible answer, list works, and delete --force removes everything. */
async function removable(before: Traces): Promise<void> {
  // A new init holds the lock of its dead parent until it executes its program.
  const settled = await soon(async () => {
    const { code, stdout, stderr } = await ocits(['state', id])
    if (code !== 0) assert.match(stderr, 'container does not exist')
    return code !== 0 || ['created', 'running', 'paused', 'stopped'].includes(JSON.parse(stdout).status)
  })
  assert.ok(settled, 'still creating')
  assert.is((await ocits(['list'])).code, 0)
  const { code, stderr } = await ocits(['delete', '--force', id])
  assert.is(code, 0, stderr)
  await unchanged(before, root)
}

/** Leftovers of a fault are one finding, and must not be a finding for each later fault. */
async function clean(before: Traces): Promise<void> {
  await ocits(['delete', '--force', id])
  const left = traces(root).filter((line) => !before.includes(line))
  const rest = (kind: string) =>
    left.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(' ')[1] ?? '')
  for (const pid of rest('process')) run(['kill', '-KILL', pid])
  await soon(() => traces(root).every((line) => before.includes(line) || !line.startsWith('process ')))
  for (const path of rest('cgroup').reverse()) await run(['rmdir', path])
  for (const name of rest('state')) rmSync(`${root}/${name}`, { recursive: true })
}

/** Five seconds, and longer on a slow machine. */
const BOUND = 5_000

/** The time limit of a test with all faults. */
export const hour = 3_600_000

async function tried(trial: Trial, base: Recorded, fault: Fault, before: Traces): Promise<boolean> {
  await trial.prepare?.()
  const result = await withFault(trial.command, fault.place, fault.what, trial.around)
  const { signal, hit, milliseconds } = result
  assert.ok(milliseconds < BOUND * patience(), `${milliseconds} ms`)
  if (signal === null) {
    wellSaid(result, fault)
    await trial.judge(result, base, before, fault)
  } else {
    assert.is(signal, fault.what === 'term' ? 'SIGTERM' : 'SIGKILL')
    await trial.killed?.()
  }
  // A signal that can be caught comes too late, or leaves nothing.
  if (trial.undoes && fault.what === 'term' && result.code !== 0) await unchanged(before, root)
  const names = existsSync(root) ? readdirSync(root) : []
  if (names.length > 0 || traces(root).join() !== before.join()) await removable(before)
  return hit
}

export type Swept = {
  readonly runs: number
  readonly hits: number
  readonly kills: number
  readonly findings: readonly string[]
}

/** Tests about `count` faults of a command, or all; prints all failures at the end. */
export async function sweep(trial: Trial, count: number): Promise<void> {
  const fresh = traces(root)
  await trial.prepare?.()
  const base = await recorded(trial.command, { limit: 60_000 }, trial.around)
  await trial.whole?.(base)
  await ocits(['delete', '--force', id])
  await unchanged(fresh, root)
  const before = traces(root)
  const all = faultsOf(trial.of?.(base.places) ?? base.places)
  const faults = sampled(trial.errors ? all.filter(({ what }) => typeof what === 'number') : all, count)
  const findings: string[] = []
  const counts = { runs: 0, hits: 0, kills: 0 }
  for (const fault of faults) {
    counts.runs++
    try {
      if (!(await tried(trial, base, fault, before))) continue
      counts.hits++
      if (typeof fault.what === 'string') counts.kills++
    } catch (error) {
      const { message, details = '' } = error as Error & { details?: string }
      findings.push(`${words(fault)}: ${message} ${details}`)
      if (process.env.SHOW === '1') console.log(findings.at(-1))
      await clean(before)
    }
  }
  console.log(`faults: ${trial.command.slice(3, 5).join(' ')}: ${Object.entries(counts).flat().join(' ')}`)
  assert.equal(findings, [])
  assert.ok(counts.hits > counts.runs * 0.9, `only ${counts.hits} of ${counts.runs} calls were made`)
}
