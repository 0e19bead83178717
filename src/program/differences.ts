import { diffArrays } from 'diff'
import { plain } from '../step/quote.ts'
import { type PlanLine, type Side, signature, type Token, tokens } from './effect.ts'

export type { PlanLine, Side } from './effect.ts'

/** What one plan has in the place of what the other has; without `a` or `b` only one of them has it. */
export type Difference = { readonly a?: PlanLine; readonly b?: PlanLine }

/** A part of both plans: lines that mean the same, as A has them, or those that only A and only B has. */
export type Segment =
  | { readonly same: readonly PlanLine[] }
  | {
      readonly removed: readonly PlanLine[]
      readonly added: readonly PlanLine[]
      readonly pairs: readonly Difference[]
    }

/** With more lines that differ, all of both do: the work grows by the square of their number. */
const maxEditLength = 2000

/** Both plans from their beginning to their end. What is written differently and has the same effect is the same. */
export function segments(a: Side, b: Side): readonly Segment[] {
  const [left, right] = [tokens(a), tokens(b)]
  const found: Segment[] = []
  let [i, j] = [0, 0]
  let [removed, added]: [readonly Token[], readonly Token[]] = [[], []]
  const flush = () => {
    if (removed.length + added.length > 0) found.push(distinct(removed, added))
    ;[removed, added] = [[], []]
  }
  const comparator = (one: Token, other: Token) => one.whole === other.whole || one.own === other.own
  const changes = diffArrays(left, right, { comparator, maxEditLength }) ?? [
    { removed: true, added: false, value: left },
    { removed: false, added: true, value: right },
  ]
  for (const change of changes) {
    const count = change.value.length
    if (change.removed) removed = removed.concat(left.slice(i, i + count))
    else if (change.added) added = added.concat(right.slice(j, j + count))
    else {
      flush()
      found.push({ same: left.slice(i, i + count).map(lineOf) })
    }
    if (!change.added) i += count
    if (!change.removed) j += count
  }
  flush()
  return found
}

/** The differences alone: a step beside the one that is in its place. */
export function differences(all: readonly Segment[]): readonly Difference[] {
  return all.flatMap((each) => ('same' in each ? [] : each.pairs))
}

// One that is about the same thing, else one of the same field, else one of the same kind. Of a variable it is the same variable or none.
function paired(removed: readonly Token[], added: readonly Token[]): readonly Pair[] {
  const left = new Set(added)
  const subjects = listed(added, subjectOf)
  const pointers = listed(added, pointerOf)
  const kinds = listed(added, ({ step }) => step)
  const take = (list: Token[] | undefined): Token | undefined => {
    let found = list?.pop()
    while (found !== undefined && !left.delete(found)) found = list?.pop()
    return found
  }
  const partner = (a: Token) =>
    take(subjects.get(subjectOf(a))) ??
    (a.isPart ? undefined : (take(pointers.get(pointerOf(a))) ?? take(kinds.get(a.step))))
  const pairs = removed.map((a): Pair => ({ a, b: partner(a) }))
  return [...pairs, ...[...left].map((b): Pair => ({ a: undefined, b }))]
}

const subjectOf = ({ step, subject }: Token) => `${step} ${subject}`
const pointerOf = ({ step, pointer }: Token) => `${step} ${pointer}`

// By their key, the first at the end, from where it is taken.
function listed(all: readonly Token[], key: (token: Token) => string): ReadonlyMap<string, Token[]> {
  const found = new Map<string, Token[]>()
  for (let i = all.length - 1; i >= 0; i--) {
    const each = all[i] as Token
    const list = found.get(key(each))
    if (list === undefined) found.set(key(each), [each])
    else list.push(each)
  }
  return found
}

type Pair = { readonly a: Token | undefined; readonly b: Token | undefined }

// Two lines that differ must not look alike: then they tell more.
function distinct(removed: readonly Token[], added: readonly Token[]): Segment {
  const told = new Map<Token, PlanLine>()
  const pairs = paired(removed, added)
  for (const { a, b } of pairs) {
    const names = a !== undefined && b !== undefined && a.what === b.what ? unlike(a.args, b.args) : []
    const more = ({ what, args }: Token) =>
      names.length === 0 ? what : `${what} (${names.map((name) => `${name} ${shown(args[name])}`).join(', ')})`
    for (const each of [a, b]) if (each !== undefined) told.set(each, { ...lineOf(each), what: more(each) })
  }
  const line = (each: Token) => told.get(each) ?? lineOf(each)
  return {
    removed: removed.map(line),
    added: added.map(line),
    pairs: pairs.map(({ a, b }) => ({ ...(a && { a: line(a) }), ...(b && { b: line(b) }) })),
  }
}

const unlike = (one: Token['args'], other: Token['args']) =>
  Object.keys(one).filter((name) => signature(one[name]) !== signature(other[name]))

const lineOf = ({ index, actor, step, pointer, what }: PlanLine): PlanLine => ({ index, actor, step, pointer, what })

const longest = 60

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes, ${sumOf(value)}`
  const text = plain(typeof value === 'string' ? value : signature(value))
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

// Enough to see that they are not those of the other one: Adler-32 (RFC 1950), in hexadecimal digits.
function sumOf(bytes: Uint8Array): string {
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low = (low + byte) % 65521
    high = (high + low) % 65521
  }
  return `sum ${(high * 65536 + low).toString(16).padStart(8, '0')}`
}
