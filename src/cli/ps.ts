import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { ENOENT } from '../kernel/errnos.ts'
import { processes } from '../lifecycle/processes.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import type { Native } from '../native/table.ts'
import { putUtf8 } from '../spec/utf8.ts'
import { print } from './output.ts'
import type { Values } from './row.ts'

type Asked = { readonly words: readonly string[]; readonly format: Values[string] }

/** `ps`: the pids as JSON, or the output of ps(1): its heading, and the lines of these pids. */
export function printProcesses(runtime: Runtime, { words, format = 'table' }: Asked): number {
  const [id = '', ...options] = words
  if (format !== 'table' && format !== 'json')
    throw new UsageError('ARGUMENT', `invalid format option ${JSON.stringify(format)}: table or json`, id)
  const pids = processes(runtime, id)
  // Go prints an empty list as null.
  if (format === 'json') return print(runtime, `${pids.length === 0 ? 'null' : JSON.stringify(pids)}\n`)
  if (options[0] === '--') options.shift()
  const text = said(runtime.native, ['ps', ...(options.length === 0 ? ['-ef'] : options)])
  return print(runtime, linesOf(text, new Set(pids.map(String))))
}

const limit = 64 * 1024 * 1024

function said(native: Native, words: readonly string[]): string {
  const answer = native.output(joined(words), limit)
  if (answer === -ENOENT) throw new UsageError('SYSTEM', 'exec: "ps": executable file not found in $PATH')
  if (typeof answer === 'number') throw new UsageError('SYSTEM', `ps: ${errno(-answer).text}`)
  const status = Number(answer.slice(0, 3))
  const text = answer.slice(4)
  if (status === 0) return text
  throw new UsageError('SYSTEM', `ps: ${status > 128 ? `signal ${status - 128}` : `exit status ${status}`}: ${text}`)
}

function joined(words: readonly string[]): Uint8Array {
  const text = words.map((word) => `${word}\0`).join('')
  const bytes = new Uint8Array(text.length * 3)
  return bytes.subarray(0, putUtf8(bytes, 0, text))
}

function linesOf(text: string, pids: ReadonlySet<string>): string {
  const [heading = '', ...lines] = text.split('\n')
  const place = wordsOf(heading).indexOf('PID')
  if (place < 0) throw new UsageError('SYSTEM', "couldn't find PID field in ps output")
  const own = lines.filter((line) => pids.has(wordsOf(line)[place] ?? ''))
  return [heading, ...own].map((line) => `${line}\n`).join('')
}

const wordsOf = (line: string) => line.split(' ').filter((word) => word !== '')
