import { S_IFBLK, S_IFCHR } from '../kernel/files.ts'
import { MS_REC, mountAttr, mountAttrAtime, propagation } from '../kernel/mount.ts'
import { namespaces } from '../kernel/namespaces.ts'
import { rlimitNumbers } from '../kernel/rlimits.ts'
import { signalName } from '../kernel/signals.ts'
import { capabilityNames } from './capability_sets.ts'
import { fold } from './fold.ts'
import { plain, quote } from './quote.ts'
import type { Step } from './step.ts'
import { type Kind, type StepRow, stepTable } from './table.ts'

/** What a step does, in one line for people: its description in the table with the arguments filled in. */
export function line(step: Step): string {
  const { description, args }: StepRow = stepTable[step.op]
  if (typeof description === 'function') return description(step as never)
  let out = ''
  for (let at = 0; at < description.length; ) {
    const open = description.indexOf('{', at)
    if (open < 0) return (out + description.slice(at)).trimEnd()
    const close = description.indexOf('}', open)
    const name = description.slice(open + 1, close)
    const words = argument(step, name, args[name] ?? 'str')
    out += description.slice(at, open) + words
    at = words === '' && description[close + 1] === ' ' ? close + 2 : close + 1
  }
  return out.trimEnd()
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

const print = (kind: Kind, value: unknown): string => printers[kind](value as never)

const printers: Readonly<Record<Kind, (value: never) => string>> = {
  str: plain,
  text: plain,
  strs: (words: readonly string[]) => words.map(quote).join(' '),
  texts: fold,
  bytes: ({ length }: Uint8Array) => `${length} bytes`,
  u32: String,
  u32s: (numbers: readonly number[]) => numbers.join(' ') || 'none',
  u64: String,
  bool: String,
  mode: (mode: number) => (mode === 0 ? '0' : `0${mode.toString(8)}`),
  node: (type: number) => (type === S_IFCHR ? 'c' : type === S_IFBLK ? 'b' : 'p'),
  namespaces: namespaceNames,
  attrs: (bits: number) => attributes(bits, '', setNames),
  cleared: (bits: number) => cleared(bits, ''),
  rattrs: (bits: number) => attributes(bits, 'r', setNames),
  rcleared: (bits: number) => cleared(bits, 'r'),
  propagation: propagationNames,
  caps: capabilityNames,
  device: ({ major, minor }: { readonly major: number; readonly minor: number }) => `${major}:${minor}`,
  signal: signalName,
  rlimit: (resource: number) => nameOf(rlimitNumbers, resource).toLowerCase().replace('rlimit_', ''),
  fills: String,
  slot: String,
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

// The field of the access time modes is always cleared as a whole; then it is relatime, or the mode that is set.
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
    if (flags & propagation[name as keyof typeof propagation]) return flags & MS_REC ? `r${name}` : name
  }
  return ''
}

// Maps of ids and offsets of clocks are in the kernel's format, with a line for each.
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
