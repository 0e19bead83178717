import { caps } from '../kernel/caps.ts'
import { mountAttr, mountAttrAtime, propagation } from '../kernel/mount.ts'
import { namespaces } from '../kernel/namespaces.ts'
import { rlimits } from '../kernel/rlimits.ts'
import { signalName } from '../kernel/signals.ts'
import { fold } from './fold.ts'
import { plain, quote } from './quote.ts'
import { domain, ioPriority, memoryPolicy, scheduled } from './scheduled.ts'
import type { Step } from './step.ts'
import { type Kind, type Row, table } from './table.ts'

/** What a step does, in one line for people: the words of the table with its arguments filled in. */
export function line(step: Step): string {
  const words = special(step)
  if (words !== undefined) return words
  const row: Row = table[step.op]
  let out = ''
  for (let at = 0; at < row.description.length; ) {
    const open = row.description.indexOf('{', at)
    if (open < 0) return (out + row.description.slice(at)).trimEnd()
    const close = row.description.indexOf('}', open)
    const name = row.description.slice(open + 1, close)
    const words = argument(step, name, row.args[name] ?? 'str')
    out += row.description.slice(at, open) + words
    at = words === '' && row.description[close + 1] === ' ' ? close + 2 : close + 1
  }
  return out.trimEnd()
}

// Arguments that only together say something.
function special(step: Step): string | undefined {
  switch (step.op) {
    case 'capabilities':
      return capabilitySets(step)
    case 'scheduler':
      return scheduled(step)
    case 'io_priority':
      return ioPriority(step)
    case 'personality':
      return domain(step)
    case 'memory_policy':
      return memoryPolicy(step)
    default:
      return undefined
  }
}

function argument(step: Step, name: string, kind: Kind): string {
  const values = step as unknown as Readonly<Record<string, unknown>>
  const value = values[name]
  if (isMap(step, name)) return mapping(String(value))
  const { set } = values
  if (kind === 'cleared' && typeof set === 'number' && set & mountAttrAtime) {
    return cleared(Number(value) & ~mountAttrAtime, '')
  }
  return print(kind, value)
}

function print(kind: Kind, value: unknown): string {
  switch (kind) {
    case 'str':
    case 'text':
      return plain(value as string)
    case 'strs':
      return (value as readonly string[]).map(quote).join(' ')
    case 'texts':
      return fold(value as readonly string[])
    case 'bytes':
      return `${(value as Uint8Array).length} bytes`
    case 'u32s':
      return (value as readonly number[]).join(' ') || 'none'
    case 'u64':
      return String(value)
    default:
      return printNumber(kind, value)
  }
}

function printNumber(kind: Kind, value: unknown): string {
  const number = value as number
  switch (kind) {
    case 'mode':
      return number === 0 ? '0' : `0${number.toString(8)}`
    case 'node':
      return number === 0o020000 ? 'c' : number === 0o060000 ? 'b' : 'p'
    case 'namespaces':
      return namespaceNames(number)
    case 'attrs':
    case 'rattrs':
      return attributes(number, kind === 'attrs' ? '' : 'r', setNames)
    case 'cleared':
    case 'rcleared':
      return cleared(number, kind === 'cleared' ? '' : 'r')
    case 'propagation':
      return propagationNames(number)
    case 'caps':
      return capabilityNames(number)
    case 'rlimit':
      return nameOf(rlimits, number).toLowerCase().replace('rlimit_', '')
    case 'signal':
      return signalName(number)
    case 'device': {
      const { major, minor } = value as { major: number; minor: number }
      return `${major}:${minor}`
    }
    default:
      return String(value)
  }
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  for (const name in names) if (names[name] === value) return name
  return String(value)
}

function namespaceNames(flags: number): string {
  const found: string[] = []
  for (const name in namespaces) {
    if (flags & namespaces[name as keyof typeof namespaces].flag) found.push(name)
  }
  return found.join(' ')
}

type AttrNames = Readonly<Record<keyof typeof mountAttr, string>>

const setNames: AttrNames = {
  rdonly: 'ro',
  nosuid: 'nosuid',
  nodev: 'nodev',
  noexec: 'noexec',
  noatime: 'noatime',
  strictatime: 'strictatime',
  nodiratime: 'nodiratime',
  idmap: 'idmap',
  nosymfollow: 'nosymfollow',
}

const clearNames: AttrNames = {
  rdonly: 'rw',
  nosuid: 'suid',
  nodev: 'dev',
  noexec: 'exec',
  noatime: '',
  strictatime: '',
  nodiratime: 'diratime',
  idmap: 'noidmap',
  nosymfollow: 'symfollow',
}

// The field of access time modes is cleared whole, to be relatime or what is set.
function cleared(bits: number, prefix: string): string {
  const rest = attributes(bits & ~mountAttrAtime, prefix, clearNames)
  if ((bits & mountAttrAtime) === 0) return rest
  return rest === '' ? `${prefix}relatime` : `${rest},${prefix}relatime`
}

function attributes(bits: number, prefix: string, names: AttrNames): string {
  const found: string[] = []
  for (const name in mountAttr) {
    const key = name as keyof typeof mountAttr
    if (bits & mountAttr[key]) found.push(prefix + names[key])
  }
  return found.join(',')
}

function propagationNames(flags: number): string {
  for (const name in propagation) {
    if (flags & propagation[name as keyof typeof propagation]) return flags & 0x4000 ? `r${name}` : name
  }
  return ''
}

function capabilityNames(bits: number): string {
  const found: string[] = []
  let all = true
  for (const name in caps) {
    if (Math.floor(bits / 2 ** (caps[name] ?? 0)) % 2 === 1) found.push(name.slice('CAP_'.length))
    else all = false
  }
  return all ? 'all' : found.join(' ') || 'none'
}

// Most of the sets are equal in most configs: each is told once.
function capabilitySets(step: Step & { op: 'capabilities' }): string {
  const parts: string[] = []
  for (const [at, name] of capabilityKinds.entries()) {
    const first = capabilityKinds.findIndex((each) => step[each] === step[name])
    if (first < at) continue
    const same = capabilityKinds.filter((each) => step[each] === step[name])
    parts.push(`${same.join(', ')}: ${capabilityNames(step[name])}`)
  }
  return parts.join('; ')
}

const capabilityKinds = ['effective', 'permitted', 'inheritable', 'ambient'] as const

// Maps of ids and clocks travel as the kernel reads them, a line each.
function isMap({ op }: Step, name: string): boolean {
  return op === 'time_offsets' || ((op === 'idmap' || op === 'idmap_source') && name !== 'slot')
}

function mapping(lines: string): string {
  const parts: string[] = []
  for (const text of lines.split('\n')) {
    const [inside, outside, size] = text.split(' ')
    parts.push(inside === 'monotonic' || inside === 'boottime' ? text : `${inside}→${outside} ×${size}`)
  }
  return parts.join(', ')
}
