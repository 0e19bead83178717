import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { callsOf, places } from '../../src/kernel/syscalls.ts'
import { patience } from './patience.ts'
import { type Options, type Result, run } from './run.ts'

/** A place in a run: the k-th use of a system call by one of its processes. `0` is the command, `0.1` is its second child. */
export type Place = { readonly process: string; readonly name: string; readonly nth: number }

const top = new URL('../../', import.meta.url).pathname
const program = `${top}build/test/inject`

function built(): string {
  const source = `${top}test/faults/inject.c`
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program
  mkdirSync(`${top}build/test`, { recursive: true })
  const flags = ['-std=gnu17', '-D_GNU_SOURCE', '-O2', '-static', '-s', '-Wall', '-Wextra', '-Wconversion', '-Werror']
  const made = `${program}.${randomUUID()}` // process numbers are those of a sandbox
  execFileSync('gcc', [...flags, source, '-o', made], { stdio: 'inherit', timeout: 120_000 * patience() })
  renameSync(made, program)
  return program
}

const numbers: ReadonlyMap<string, number> = new Map(
  [...places()].flatMap(([name, place]) => {
    const number = callsOf('x86_64').indexOf(String.fromCharCode(place))
    return number < 0 ? [] : [[name, number]]
  }),
)
const names = new Map([...numbers].map(([name, number]) => [number, name]))

export function numberOf(name: string): number {
  const number = numbers.get(name)
  if (number === undefined) throw new Error(`no system call ${name}`)
  return number
}

/** Seconds after which a hanging command is killed. */
const limit = () => String(30 * patience())

let count = 0
const note = () => `/tmp/ocits-injected.${process.pid}.${count++}`

export type Recorded = Result & { readonly places: readonly Place[] }

/** Runs a command; returns every call of ocits and its init, in order. `around`: a program that runs all of it, and its arguments. */
export async function recorded(
  command: readonly string[],
  options: Options = {},
  around: readonly string[] = [],
): Promise<Recorded> {
  const file = note()
  const result = await run([...around, built(), '-t', limit(), '-r', file, ...command], options)
  const seen = new Map<string, number>()
  const places = readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [process = '', number = ''] = line.split(' ')
      const nth = (seen.get(line) ?? 0) + 1
      seen.set(line, nth)
      return { process, name: names.get(Number(number)) ?? number, nth }
    })
  return { ...result, places }
}

/** The fault at a call: an errno as its result; SIGKILL before it, for its own process or for another one; SIGTERM. */
export type What = number | 'kill' | 'term' | `kill=${string}`

export type Faulted = Result & { readonly hit: boolean; readonly milliseconds: number }

/** Runs a command with this fault. `around` as above. */
export async function withFault(
  command: readonly string[],
  place: Place,
  what: What,
  around: readonly string[] = [],
): Promise<Faulted> {
  const file = note()
  const { process, name, nth } = place
  const at = [process, numberOf(name), nth, what].join(':')
  const start = Date.now()
  const words = [...around, built(), '-t', limit(), '-a', at, '-o', file, ...command]
  const result = await run(words, { limit: 60_000 })
  return { ...result, hit: readFileSync(file, 'utf8') !== '', milliseconds: Date.now() - start }
}

/** A call, or an argument of a call, that the kernel must not know. */
export type Newer =
  | string
  | { readonly name: string; readonly argument: number; readonly mask: number; readonly errno: number }

/** The words before a command that must run on such a kernel. */
export const without = (calls: readonly Newer[]): readonly string[] => [
  built(),
  '-n',
  calls
    .map((call) =>
      typeof call === 'string' ? numberOf(call) : [numberOf(call.name), call.argument, call.mask, call.errno].join(':'),
    )
    .join(','),
]
