import { UsageError } from '../failure.ts'
import { nsFileNames } from '../kernel/ns_files.ts'
import { containersOf, namespacesNamed, processNamed } from '../lifecycle/namespaces.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { type Scan, type Seen, scan } from '../machine/namespaces.ts'
import { actNamed } from './acts.ts'
import type { CommandLine } from './line.ts'
import { typeNamed } from './namespace_words.ts'
import { pin, unpin } from './ns_pin.ts'
import { columns, commandOf, type NamespaceLine, ordered, table } from './ns_table.ts'
import { print } from './output.ts'
import type { Values } from './row.ts'

/** `ns`: the exit code; that of `diff` is 1 where two processes do not share all namespaces. */
export function ns(runtime: Runtime, line: CommandLine): number {
  const { flags } = line
  const { what, row, words } = actNamed('ns', acts, line.words)
  for (const flag of ['tree', 'type'] as const)
    if (flags[flag] !== undefined && what !== 'list') throw new UsageError('ARGUMENT', `--${flag} goes with ns list`)
  const [, , , act] = row
  return act(runtime, words, flags)
}

type Act = (runtime: Runtime, words: readonly string[], flags: Readonly<Values>) => number

/** The words that each takes: their least and their greatest number, and what they are. */
const acts: Readonly<Record<string, readonly [number, number, string, Act]>> = {
  list: [0, 0, '', listed],
  show: [1, 1, 'ID|PID', shown],
  diff: [2, 2, 'ID|PID ID|PID', compared],
  pin: [2, 3, 'ID|PID TYPE [NAME|PATH]', pin],
  unpin: [1, 1, 'NAME|PATH', unpin],
}

function listed(runtime: Runtime, _words: readonly string[], { tree, type, json }: Readonly<Values>): number {
  const wanted = type === undefined ? undefined : typeNamed(String(type))
  const seen = scan(runtime.native)
  tellHidden(runtime, seen)
  const all = linesOf(runtime, seen)
  if (json === true)
    return print(runtime, asJson(ordered(all.filter(({ each }) => each.type === (wanted ?? each.type)))))
  return print(runtime, table(all, { tree: tree === true, type: wanted }))
}

function linesOf(runtime: Runtime, seen: Scan): NamespaceLine[] {
  const containers = containersOf(runtime, seen)
  return [...seen.found.values()].map((each) => ({
    each,
    containers: containers.get(each.inode) ?? [],
    command: commandOf(runtime.native, each.pids[0]),
    own: seen.own[each.type] === each.inode,
  }))
}

function tellHidden(runtime: Runtime, { hidden }: Scan): void {
  if (hidden === 0) return
  const which = hidden === 1 ? 'one process is' : `${hidden} processes are`
  const needs = 'to look at a process takes its user and its capabilities, or CAP_SYS_PTRACE (ptrace(2))'
  runtime.warn(new UsageError('SYSTEM', `${which} left out: ${needs}`))
}

function shown(runtime: Runtime, [word = '']: readonly string[], { json }: Readonly<Values>): number {
  const named = processNamed(runtime, word)
  const its = namespacesNamed(runtime, named)
  const seen = scan(runtime.native)
  const lines = ordered(linesOf(runtime, seen).filter(({ each }) => its[each.type] === each.inode))
  return print(runtime, json === true ? asJson(lines) : table(lines, { tree: false, type: undefined, mine: true }))
}

function compared(runtime: Runtime, words: readonly string[], { json }: Readonly<Values>): number {
  const [a, b] = words.map((word) => namespacesNamed(runtime, processNamed(runtime, word)))
  const rows = nsFileNames.map((type) => ({ type, a: a?.[type], b: b?.[type], shared: a?.[type] === b?.[type] }))
  const [first = '', second = ''] = words
  const text = rows.map((row) => [row.type, `${row.a ?? '-'}`, `${row.b ?? '-'}`, row.shared ? 'shared' : 'not shared'])
  const known = rows.filter((row) => row.a !== undefined || row.b !== undefined)
  print(
    runtime,
    json === true ? `${JSON.stringify(known, undefined, 2)}\n` : columns([['TYPE', first, second, ''], ...text], '  '),
  )
  return known.every(({ shared }) => shared) ? 0 : 1
}

function asJson(lines: readonly NamespaceLine[]): string {
  return `${JSON.stringify(lines.map(object), undefined, 2)}\n`
}

function object({ each, containers, command, own }: NamespaceLine) {
  const { inode, type, pids, parents, pins, descriptors, owner, parent, uid }: Seen = each
  return {
    ns: inode,
    type,
    own,
    processes: pids.length,
    pid: pids[0] ?? null,
    command: command ?? null,
    containers,
    uid: uid ?? null,
    owner: owner ?? null,
    parent: parent ?? null,
    pins,
    descriptors,
    forChildrenOf: parents,
  }
}
