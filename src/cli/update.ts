import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import type { Asked } from '../lifecycle/update.ts'
import type { Native } from '../native/table.ts'
import { maxConfigSize } from '../spec/load.ts'
import type { Pointer } from '../spec/pointer.ts'
import { isDigits } from '../spec/scan.ts'
import { textOf } from './line.ts'
import type { Values } from './row.ts'

type Kind = 'amount' | 'signed' | 'unsigned' | 'words'

/** For each flag the kind of its value, and its field below linux.resources. */
const fields: Readonly<Record<string, readonly [kind: Kind, section: string, key: string]>> = {
  'blkio-weight': ['unsigned', 'blockIO', 'weight'],
  'cpu-period': ['unsigned', 'cpu', 'period'],
  'cpu-quota': ['signed', 'cpu', 'quota'],
  'cpu-burst': ['unsigned', 'cpu', 'burst'],
  'cpu-share': ['unsigned', 'cpu', 'shares'],
  'cpu-rt-period': ['unsigned', 'cpu', 'realtimePeriod'],
  'cpu-rt-runtime': ['signed', 'cpu', 'realtimeRuntime'],
  'cpu-idle': ['signed', 'cpu', 'idle'],
  'cpuset-cpus': ['words', 'cpu', 'cpus'],
  'cpuset-mems': ['words', 'cpu', 'mems'],
  memory: ['amount', 'memory', 'limit'],
  'memory-reservation': ['amount', 'memory', 'reservation'],
  'memory-swap': ['amount', 'memory', 'swap'],
  'pids-limit': ['signed', 'pids', 'limit'],
}

const rdt: Readonly<Record<string, string>> = { 'l3-cache-schema': 'l3CacheSchema', 'mem-bw-schema': 'memBwSchema' }

/** The request of a command line of `update`. With --resources all other flags are ignored, as in runc. */
export function askedOf(native: Native, flags: Readonly<Values>): Asked {
  const file = textOf(flags.resources)
  return file === undefined ? ofFlags(flags) : ofFile(native, file)
}

const top = '/linux/resources'

function ofFile(native: Native, file: string): Asked {
  const name = file === '-' ? 'stdin' : file
  const text = native.input(file, maxConfigSize)
  if (typeof text === 'number') throw new UsageError('SYSTEM', `open ${name}: ${errno(-text).text}`)
  const where = (pointer: Pointer) => {
    const below = pointer.startsWith(top) ? pointer.slice(top.length) : pointer
    return below === '' ? name : `${name}#${below}`
  }
  return { text, where }
}

function ofFlags(flags: Readonly<Values>): Asked {
  const sections: Record<string, string[]> = {}
  const names: Record<Pointer, string> = {}
  for (const flag in fields) {
    const value = textOf(flags[flag])
    if (value === undefined) continue
    const [kind, section, key] = fields[flag] as (typeof fields)[string]
    sections[section] = [...(sections[section] ?? []), `"${key}":${jsonOf(flag, kind, value)}`]
    names[`${top}/${section}/${key}`] = `--${flag}`
  }
  const schemata: { pointer: Pointer; value: string }[] = []
  for (const flag in rdt) {
    const value = textOf(flags[flag])
    if (value === undefined) continue
    const pointer = `/linux/intelRdt/${rdt[flag]}`
    schemata.push({ pointer, value })
    names[pointer] = `--${flag}`
  }
  const text = `{${Object.entries(sections).map(([section, keys]) => `"${section}":{${keys}}`)}}`
  return { text, schemata, where: (pointer) => names[pointer] ?? pointer }
}

/** The value as JSON text, so that no number is rounded. */
function jsonOf(flag: string, kind: Kind, value: string): string {
  if (kind === 'words') return JSON.stringify(value)
  const number = kind === 'amount' && value !== '-1' ? bytesOf(value) : wholeOf(value, kind !== 'unsigned')
  if (number !== undefined) return number
  const what = {
    amount: 'a number of bytes such as 67108864 or 64m, or -1 for no limit',
    signed: 'a whole number',
    unsigned: 'a whole number from 0',
  }[kind]
  throw new UsageError('ARGUMENT', `invalid value for ${flag}: ${JSON.stringify(value)}: ${what}`)
}

function wholeOf(text: string, signed: boolean): string | undefined {
  const digits = signed && text.startsWith('-') ? text.slice(1) : text
  return digits.length <= 20 && isDigits(digits) ? String(BigInt(text)) : undefined
}

/** `64m`, `1.5g`, `10kb`, `10KiB`: units of 1024 (docker/go-units, RAMInBytes). */
function bytesOf(text: string): string | undefined {
  let end = 0
  while (end < text.length && (((text[end] as string) <= '9' && (text[end] as string) >= '0') || text[end] === '.'))
    end++
  const [whole = '', part = '', ...more] = text.slice(0, end).split('.')
  let unit = text.slice(end).trim().toLowerCase()
  if (unit.endsWith('b')) unit = unit.slice(0, -1)
  if (unit.length === 2 && unit.endsWith('i')) unit = unit.slice(0, 1)
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf(unit)
  if (power < 0 || more.length > 0 || whole === '' || end === 0 || whole.length > 20 || part.length > 20)
    return undefined
  const scale = 1024n ** BigInt(power)
  return String(BigInt(whole) * scale + (BigInt(part === '' ? 0 : part) * scale) / 10n ** BigInt(part.length))
}
