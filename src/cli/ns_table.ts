import type { NsFile } from '../kernel/ns_files.ts'
import { nsFileNames } from '../kernel/ns_files.ts'
import type { Seen } from '../machine/namespaces.ts'
import type { Native } from '../native/table.ts'
import { printable } from './log.ts'

/** A namespace, and what else is told of it. */
export type NamespaceLine = {
  readonly each: Seen
  readonly containers: readonly string[]
  /** Of its lowest process. */
  readonly command: string | undefined
  /** The caller is in it. */
  readonly own: boolean
}

/** How it is printed. `mine`: the caller wants to know which of them are its own. */
export type Shape = { readonly tree: boolean; readonly type: NsFile | undefined; readonly mine?: boolean }

const cmdlineLimit = 4 * 1024 * 1024

/** The command line of a process; of one without any, as of the kernel's own, its name in brackets, as ps(1) has it. */
export function commandOf(native: Native, pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined
  const line = native.read(`/proc/${pid}/cmdline`, cmdlineLimit)
  if (typeof line === 'string' && line !== '') return line.split('\0').join(' ').trimEnd()
  const name = native.read(`/proc/${pid}/comm`, 64)
  return typeof name === 'string' ? `[${name.trimEnd()}]` : undefined
}

/** By type, then by number. */
export function ordered(lines: readonly NamespaceLine[]): NamespaceLine[] {
  const place = ({ each }: NamespaceLine) => nsFileNames.indexOf(each.type)
  return [...lines].sort((a, b) => place(a) - place(b) || a.each.inode - b.each.inode)
}

/** A heading, and a line for each namespace. */
export function table(lines: readonly NamespaceLine[], { tree, type, mine = false }: Shape): string {
  const wanted = ordered(lines.filter(({ each }) => type === undefined || each.type === type))
  const rows = tree ? branches(wanted, lines) : wanted.map((line) => ({ line, indent: '' }))
  const head = [
    'NS',
    'TYPE',
    'PROCS',
    'PID',
    'UID',
    'OWNER',
    'PARENT',
    ...(mine ? ['YOURS'] : []),
    'CONTAINER',
    'COMMAND',
  ]
  const cells = rows.map(({ line, indent }) => cellsOf(line, indent, mine))
  // Numbers stand on the right, but for the first, which may be a tree.
  return columns([head, ...cells], ' ', (at) => at >= 2 && at <= 4)
}

/** Rows as wide as their widest cells, with a gap between; at the end of a line there are no blanks. */
export function columns(
  rows: readonly (readonly string[])[],
  gap: string,
  isRight: (at: number) => boolean = () => false,
): string {
  const widths = (rows[0] ?? []).map((_, at) => rows.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0))
  const padded = (cell: string, at: number) =>
    isRight(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)
  return rows.map((row) => `${row.map(padded).join(gap).trimEnd()}\n`).join('')
}

function cellsOf({ each, containers, command, own }: NamespaceLine, indent: string, mine: boolean): string[] {
  const { inode, type, pids, uid, owner, parent } = each
  const last = [...(command === undefined ? [] : [printable(command)]), ...holders(each, command === undefined || mine)]
  return [
    `${indent}${inode}`,
    type,
    `${pids.length}`,
    `${pids[0] ?? '-'}`,
    `${uid ?? '-'}`,
    `${owner ?? '-'}`,
    `${parent ?? '-'}`,
    ...(mine ? [own ? 'yes' : 'no'] : []),
    containers.length === 0 ? '-' : containers.join(','),
    last.length === 0 ? '-' : last.join('; '),
  ]
}

/** Who keeps it, beside the processes in it: all its pins, and where nobody is in it what else there is. */
function holders({ pins, descriptors, parents }: Seen, all: boolean): string[] {
  const mounts = pins.map(({ path, pid }) => `pinned: ${printable(path)}${pid === undefined ? '' : ` of ${pid}`}`)
  if (!all) return mounts
  const open = descriptors.map(({ pid, fd }) => `descriptor ${fd} of ${pid}`)
  return [...mounts, ...open, ...parents.map((pid) => `for children of ${pid}`)]
}

type Branch = { readonly line: NamespaceLine; readonly indent: string }

// A pid namespace hangs below the one in which it was made where both have the same owner, a user namespace below its parent, all else below its owner.
function above({ type, owner, parent }: Seen, all: ReadonlyMap<number, NamespaceLine>): number | undefined {
  if (type === 'user') return parent
  const made = parent === undefined ? undefined : all.get(parent)
  return made !== undefined && made.each.owner === owner ? parent : owner
}

function branches(wanted: readonly NamespaceLine[], lines: readonly NamespaceLine[]): Branch[] {
  const all = new Map(lines.map((line) => [line.each.inode, line]))
  const shown = new Set(wanted.map(({ each }) => each.inode))
  const below = new Map<number | undefined, NamespaceLine[]>()
  for (const line of wanted) {
    let at = above(line.each, all)
    // What is not shown is passed over.
    while (at !== undefined && !shown.has(at))
      at = all.has(at) ? above((all.get(at) as NamespaceLine).each, all) : undefined
    below.set(at, [...(below.get(at) ?? []), line])
  }
  const grown: Branch[] = []
  const grow = (at: number | undefined, trunk: string): void => {
    const children = below.get(at) ?? []
    children.forEach((line, i) => {
      const last = i === children.length - 1
      const top = at === undefined
      grown.push({ line, indent: top ? '' : `${trunk}${last ? '└─' : '├─'}` })
      grow(line.each.inode, top ? '' : `${trunk}${last ? '  ' : '│ '}`)
    })
  }
  grow(undefined, '')
  return grown
}
