import { compare } from '../lifecycle/diff.ts'
import { differences, type PlanLine, type Segment } from '../program/differences.ts'
import { padded, type Row } from '../program/explain.ts'
import { plain } from '../step/quote.ts'
import { type Paint, paintOf } from './colours.ts'
import { type CommandLine, pathOf } from './line.ts'
import { print } from './output.ts'
import type { CommandRuntime } from './runtime.ts'

type Pair = { readonly a: string; readonly b: string; readonly line: CommandLine }

/** `diff A B`: 0 if both do the same, 1 if not, as diff(1). */
export function printDifferences(runtime: CommandRuntime, { a, b, line }: Pair): number {
  const { flags } = line
  const all = compare(runtime, [a, b], {
    noPivot: flags['no-pivot'] === true,
    noNewKeyring: flags['no-new-keyring'] === true,
    consoleSocket: pathOf(runtime.native, flags['console-socket']),
  })
  const found = differences(all)
  if (flags.json === true) print(runtime, `${JSON.stringify(found, undefined, 2)}\n`)
  else if (found.length > 0) print(runtime, asUnified(all, { names: [a, b], paint: paintOf(runtime.native, 1) }))
  return found.length > 0 ? 1 : 0
}

/** So many lines that both have stand before and after those that differ. */
const around = 3

type Mark = ' ' | '-' | '+'
type Marked = { readonly mark: Mark; readonly line: PlanLine }

type Look = { readonly names: readonly [a: string, b: string]; readonly paint: Paint }

/** Both plans in one, as `diff -u` has it: what differs, with what stands around it. */
export function asUnified(all: readonly Segment[], { names: [a, b], paint }: Look): string {
  const hunks = hunksOf(all)
  const rows = padded(hunks.flatMap((hunk) => hunk.map(({ line }) => rowOf(line))))
  let at = 0
  const lines = hunks.flatMap((hunk) => [
    paint('cyan', headOf(hunk)),
    ...hunk.map(({ mark }) => shown(mark, rows[at++] as Row, paint)),
  ])
  return [paint('bold', `--- ${a}`), paint('bold', `+++ ${b}`), ...lines].map((text) => `${text}\n`).join('')
}

const rowOf = ({ index, actor, step, pointer, what }: PlanLine): Row => [
  String(index),
  actor,
  step,
  plain(pointer),
  what,
]

function shown(mark: Mark, row: Row, paint: Paint): string {
  const text = `${mark}${row.join('  ')}`.trimEnd()
  return mark === ' ' ? text : paint(mark === '-' ? 'red' : 'green', text)
}

// The first step and the number of lines of each, of which only A has the numbers of what is in both.
function headOf(hunk: readonly Marked[]): string {
  const part = (other: Mark) => {
    const lines = hunk.filter(({ mark }) => mark !== other)
    return `${lines[0]?.line.index ?? 0},${lines.length}`
  }
  return `@@ -${part('+')} +${part('-')} @@`
}

function hunksOf(all: readonly Segment[]): readonly (readonly Marked[])[] {
  const hunks: Marked[][] = []
  let hunk: Marked[] = []
  const marked = (mark: Mark, lines: readonly PlanLine[]) => lines.map((line): Marked => ({ mark, line }))
  for (const [at, segment] of all.entries()) {
    if (!('same' in segment)) {
      hunk = hunk.concat(marked('-', segment.removed), marked('+', segment.added))
      continue
    }
    const { same } = segment
    const isLast = at === all.length - 1
    if (at > 0 && !isLast && same.length <= 2 * around) hunk.push(...marked(' ', same))
    else {
      if (at > 0) hunks.push([...hunk, ...marked(' ', same.slice(0, around))])
      hunk = isLast ? [] : marked(' ', same.slice(-around))
    }
  }
  if (hunk.length > 0) hunks.push(hunk)
  return hunks
}
