import { listRanges } from '../../spec/ranges.ts'
import { isDigits } from '../../spec/scan.ts'
import type { BlkioEntry, Counts, Pressure, PressureLine, RdmaEntry, Stats } from './stats.ts'

// The files of a cgroup as the kernel writes them, taken apart. What is not there counts as 0.

/** What a controller tells: `file`, by which it is known that it is on (that, or a name that begins so where it ends in a dot), and what is in it. */
export type Controller = { readonly file: string; readonly tell: (files: Files, stats: Stats) => void }

/** The files of one cgroup: the content of a file, undefined where there is none of that name; and the names of all. */
export type Files = { readonly read: (name: string) => string | undefined; readonly names: () => readonly string[] }

const most = 2n ** 64n - 1n

/** The one number of a file; `max` is the highest there is. */
export const count = (text: string | undefined): bigint => {
  const word = (text ?? '').trim()
  return word === 'max' ? most : isDigits(word) ? BigInt(word) : 0n
}

/** Left out where it is 0, as `omitempty` of Go has it. */
export const unlessZero = (value: bigint | undefined): bigint | undefined => (value === 0n ? undefined : value)

export const isUnlimited = (value: bigint): boolean => value === most

/** `name number` in each line, in the order of their names. */
export function counts(text: string | undefined): Counts {
  const found: [string, bigint][] = []
  for (const [name, value] of fields(text))
    if (name !== undefined && value !== undefined) found.push([name, count(value)])
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Numbers with blanks between them. */
export const numbers = (text: string | undefined): readonly bigint[] => (fields(text)[0] ?? []).map(count)

/** Lines of words. */
export const fields = (text: string | undefined): readonly (readonly string[])[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== ''))
    .filter((words) => words.length > 0)

/** `0-2,5` as 0, 1, 2, 5. */
export function indices(text: string | undefined): readonly number[] | undefined {
  const found: number[] = []
  for (const [first, last] of listRanges(text ?? '') ?? [])
    for (let each = first; each <= last; each++) found.push(each)
  return found.length === 0 ? undefined : found
}

/** How many processes the kernel has killed for memory, in memory.events or memory.oom_control (Linux 4.13); undefined: it is not in there. */
export function oomKills(text: string): number | undefined {
  for (const line of text.split('\n')) if (line.startsWith('oom_kill ')) return Number(line.slice(9))
  return undefined
}

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and the same of `full`. */
export function pressure(text: string | undefined): Pressure | undefined {
  if (text === undefined) return undefined
  const lines = fields(text)
  const of = (kind: string) => pressureLine(assigned(lines.find(([first]) => first === kind)?.slice(1) ?? []))
  return { some: of('some'), full: of('full') }
}

function pressureLine({ avg10 = '0', avg60 = '0', avg300 = '0', total }: Words): PressureLine {
  return { avg10: Number(avg10), avg60: Number(avg60), avg300: Number(avg300), total: count(total) }
}

type Words = { readonly [name: string]: string | undefined }

/** `a=1 b=2`. */
function assigned(words: readonly string[]): Words {
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]))
}

/** Of a file of blkio: `8:0 Read 4096`, or `8:0 4096`; the last line is the sum of all devices. */
export function blkio(text: string | undefined): readonly BlkioEntry[] {
  const found: BlkioEntry[] = []
  for (const [device = '', ...words] of fields(text))
    if (device.includes(':')) found.push(entry(device, words.length > 1 ? words[0] : undefined, words.at(-1)))
  return found
}

function entry(device: string, op: string | undefined, value: string | undefined): BlkioEntry {
  const [major, minor] = device.split(':')
  return { major: unlessZero(count(major)), minor: unlessZero(count(minor)), op, value: unlessZero(count(value)) }
}

/** What the keys of io.stat are in runc's tables, which are those of v1. */
const tables: { readonly [key: string]: readonly [table: string, op: string] } = {
  rbytes: ['ioServiceBytesRecursive', 'Read'],
  wbytes: ['ioServiceBytesRecursive', 'Write'],
  rios: ['ioServicedRecursive', 'Read'],
  wios: ['ioServicedRecursive', 'Write'],
  'cost.usage': ['ioCostUsage', 'Count'],
  'cost.wait': ['ioCostWait', 'Count'],
  'cost.indebt': ['ioCostIndebt', 'Count'],
  'cost.indelay': ['ioCostIndelay', 'Count'],
}

/** io.stat of v2: `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`. */
export function ioStat(text: string | undefined): { [table: string]: readonly BlkioEntry[] } {
  const found: { [table: string]: BlkioEntry[] } = {}
  for (const [device = '', ...words] of fields(text))
    for (const [key, value] of Object.entries(assigned(words))) {
      const [table, op] = tables[key] ?? []
      if (table === undefined || !device.includes(':')) continue
      found[table] ??= []
      found[table].push(entry(device, op, value))
    }
  return found
}

/** `mlx5_0 hca_handle=2 hca_object=max`. */
export const rdmaEntries = (text: string | undefined): readonly RdmaEntry[] =>
  fields(text).map(([device = '', ...words]) => {
    const { hca_handle, hca_object } = assigned(words)
    return { device, hca_handles: count(hca_handle), hca_objects: count(hca_object) }
  })
