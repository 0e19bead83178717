import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type Options, type Result, run } from './run.ts'

/** One system call as strace(1) prints it: `args` as printed, with decoded strings in `strings`. */
export type Call = {
  readonly pid: number
  readonly name: string
  readonly args: string
  readonly strings: readonly string[]
  readonly result: string
}

const form = /^(?<name>\w+)\((?<args>.*)\)\s+= (?<result>\S+.*)$/s

/** The calls of one process, in order. Lines that are no calls (a signal, an exit) are skipped. */
export function parse(pid: number, trace: string): readonly Call[] {
  return trace.split('\n').flatMap((line) => {
    const { name, args, result } = form.exec(line)?.groups ?? {}
    if (name === undefined || args === undefined || result === undefined) return []
    // With -xx strace prints every byte of a string as \x..
    const strings = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, bytes]) =>
      Buffer.from((bytes ?? '').replaceAll('\\x', ''), 'hex').toString(),
    )
    return [{ pid, name, args, strings, result }]
  })
}

/**
 * Runs a command under strace; returns the calls of each of its processes, the first process first. With children, strace stays until the
 * last of them has ended.
 */
export async function traced(command: readonly string[], children: boolean, options: Options = {}): Promise<Traced> {
  const folder = `/tmp/ocits-strace.${process.pid}`
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const strace = ['strace', '-qq', ...(children ? ['-ff'] : []), '-xx', '-s', '4096', '-o', `${folder}/t`]
  const result = await run([...strace, ...command], { limit: 20_000, ...options })
  const pids = readdirSync(folder).map((name) => Number(name.slice(2)))
  const file = (pid: number) => `${folder}/t${children ? `.${pid}` : ''}`
  const processes = pids.sort((a, b) => a - b).map((pid) => parse(pid, readFileSync(file(pid), 'latin1')))
  return { result, processes }
}

export type Traced = { readonly result: Result; readonly processes: readonly (readonly Call[])[] }

/** A place in a trace: the k-th use of a system call. */
export type Point = { readonly name: string; readonly nth: number }

/** All places of a trace, in the order of the calls. */
export function points(calls: readonly Call[]): readonly Point[] {
  const seen = new Map<string, number>()
  return calls.map(({ name }) => {
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return { name, nth }
  })
}

/** Runs a command with a fault at this call: `signal=SIGKILL`, `error=EIO`; with or without its children. */
export function withFault(command: readonly string[], { name, nth }: Point, what: string, children: boolean) {
  const inject = ['-e', `trace=${name}`, '-e', `inject=${name}:${what}:when=${nth}`]
  return run(['strace', '-qq', ...(children ? ['-f'] : []), '-o', '/dev/null', ...inject, ...command])
}

/** All elements of a list with `ALL=1` in the environment, otherwise about `count` of them, evenly spread. */
export function sample<T>(list: readonly T[], count: number): readonly T[] {
  const step = process.env.ALL === '1' ? 1 : Math.max(1, Math.floor(list.length / count))
  return list.filter((_, index) => index % step === 0)
}
