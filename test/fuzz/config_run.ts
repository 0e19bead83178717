import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printable } from '../../src/cli/log.ts'
import { patience } from '../harness/patience.ts'
import { random } from '../unit/spec/mutate.ts'
import { corpus, judge } from './config.ts'
import { mutated } from './mutate.ts'

/** Processor time, because the machine may be busy. */
const most = { milliseconds: 2000, kilobytes: 256 * 1024 }

/** One of this number also goes through dist/ocits. */
const share = 150

const peak = 'build/test/peak'

export function build(): void {
  mkdirSync('build/test', { recursive: true })
  execFileSync('gcc', ['-O1', 'test/fuzz/peak.c', '-o', peak], { stdio: 'inherit' })
}

export type Result = {
  readonly seed: number
  readonly inputs: number
  readonly commands: number
  readonly slowest: number
  /** A finding: the message, and the file with the config. */
  readonly finds: readonly string[]
}

/** Changes configs for this number of seconds. Writes findings to `keep`. */
export function fuzzConfigs(seconds: number, seed: number, keep: string): Result {
  build()
  const next = random(seed)
  const configs = corpus()
  const finds: string[] = []
  const bundle = mkdtempSync(join(tmpdir(), 'ocits-fuzz-'))
  mkdirSync(`${bundle}/rootfs`)
  let [inputs, commands, slowest] = [0, 0, 0]
  const end = Date.now() + seconds * 1000
  try {
    while (Date.now() < end && finds.length < 20) {
      const text = mutated(configs[Math.floor(next() * configs.length)], next)
      const wrong: string[] = []
      const start = process.cpuUsage()
      const faults = inProcess(text, inputs, wrong)
      const took = process.cpuUsage(start).user / 1000
      slowest = Math.max(slowest, took)
      if (took > most.milliseconds) wrong.push(`${took} ms in Node`)
      if (inputs++ % share === 0) commands += inBinary(text, faults, { bundle, wrong })
      for (const words of wrong) finds.push(`${words}\n    ${kept(keep, text)}`)
    }
  } finally {
    rmSync(bundle, { recursive: true })
  }
  return { seed, inputs, commands, slowest, finds }
}

function kept(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true })
  const file = `${folder}/${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`
  writeFileSync(file, text)
  return file
}

/** The lines of the faults; undefined: it crashed. */
export function inProcess(text: string, which: number, wrong: string[]): readonly string[] | undefined {
  try {
    return judge(text, which).faults
  } catch (error) {
    wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return undefined
  }
}

type Trial = { readonly bundle: string; readonly wrong: string[] }

/** The same through the executable, which must report the same as Node. Returns the number of commands. */
export function inBinary(text: string, faults: readonly string[] | undefined, { bundle, wrong }: Trial): number {
  writeFileSync(`${bundle}/config.json`, text)
  rmSync(`${bundle}/program`, { force: true })
  const verbs = [['validate'], ['plan'], ['compile', '--output', `${bundle}/program`]]
  for (const [verb = '', ...words] of verbs) {
    const { stdout, stderr, code } = command([verb, ...words, bundle], { bundle, wrong })
    if (code !== 0 && code !== 1) wrong.push(`${verb} ended with ${code}: ${stderr}`)
    if (/this is a bug|cannot write|^ {4}at /m.test(stderr)) wrong.push(`${verb}: ${stderr}`)
    if (/^(?!ocits: )./m.test(stderr)) wrong.push(`${verb} said a line of another form: ${stderr}`)
    const own = stdout
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('config.json#/root/path: invalid rootfs'))
    if (
      verb === 'validate' &&
      faults !== undefined &&
      !outOfMemory(stderr) &&
      own.join('\n') !== faults.map(printable).join('\n')
    )
      wrong.push(`validate says\n${own.join('\n').slice(0, 2000)}\nand Node\n${faults.join('\n').slice(0, 2000)}`)
  }
  return verbs.length
}

const outOfMemory = (stderr: string) => stderr.startsWith('ocits: out of memory: ')

function command(words: readonly string[], { bundle, wrong }: Trial) {
  const child = spawnSync(peak, [`${bundle}/peak`, 'dist/ocits', ...words], {
    encoding: 'utf8',
    timeout: 10 * most.milliseconds * patience(),
    maxBuffer: 1 << 28,
  })
  const [kilobytes = NaN, milliseconds = NaN] = readFileSync(`${bundle}/peak`, 'utf8').split(' ').map(Number)
  if (!(milliseconds < most.milliseconds)) wrong.push(`${words[0]} took ${milliseconds} ms`)
  if (!(kilobytes < most.kilobytes)) wrong.push(`${words[0]} took ${kilobytes} kB`)
  return { stdout: child.stdout, stderr: child.stderr, code: child.status }
}
