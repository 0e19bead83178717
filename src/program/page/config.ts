import type { Pointer } from '../../spec/pointer.ts'
import { type Content, element, type Markup, short } from './markup.ts'
import { type LineRange, linesOfConfig, placesOf } from './places.ts'

/** config.json as the page shows it. */
export type Config = {
  readonly lines: readonly string[]
  /** Whether the lines are those of the file. */
  readonly own: boolean
  readonly places: ReadonlyMap<Pointer, LineRange>
}

export function configOf(text: string): Config {
  const { lines, own } = linesOfConfig(text)
  return { lines, own, places: placesOf(lines.join('\n')) }
}

/** A pointer, which leads to its lines. */
export function linkTo({ places }: Config, pointer: Pointer, text = pointer): Content {
  const place = places.get(pointer)
  const words = element('code', {}, text)
  return place === undefined ? words : element('a', { href: `#line-${place.from}` }, words)
}

type Shown = {
  readonly pointers: readonly Pointer[]
  /** How the pointers are told together. */
  readonly text?: string
  /** At most so many lines are shown here; the rest is where the whole file is. */
  readonly most: number
}

/** The lines of some pointers, and the pointers; nothing for what every container gets. */
export function excerpt(config: Config, { pointers, text, most }: Shown): Content {
  const [first = ''] = pointers
  if (first === '') return undefined
  const places = joined(pointers.flatMap((pointer) => config.places.get(pointer) ?? []))
  const numbers = places.flatMap(({ from, to }, at) => [
    ...(at === 0 ? [] : [0]), // what lies between
    ...Array.from({ length: to - from + 1 }, (_, i) => from + i),
  ])
  const shown = numbers.slice(0, numbers.length <= most + 1 ? numbers.length : most)
  const left = numbers.length - shown.length
  const from = places[0]?.from
  return element(
    'figure',
    { class: 'lines' },
    element('figcaption', {}, linkTo(config, first, text), from === undefined ? ' is not written there' : undefined),
    from === undefined ? undefined : element('pre', {}, dedented(config, shown)),
    left === 0 || from === undefined
      ? undefined
      : element('p', { class: 'more' }, element('a', { href: `#line-${from}` }, `${left} more lines`)),
  )
}

// In their order, those that touch each other as one.
function joined(places: readonly LineRange[]): readonly LineRange[] {
  const found: LineRange[] = []
  for (const place of [...places].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = found[found.length - 1]
    if (last === undefined || place.from > last.to + 1) found.push(place)
    else found[found.length - 1] = { from: last.from, to: Math.max(last.to, place.to) }
  }
  return found
}

/** So many characters of a line stand beside a step. */
const wideLine = 400

function dedented({ lines }: Config, numbers: readonly number[]): Content {
  const texts = numbers.map((number) => (number === 0 ? undefined : (lines[number - 1] ?? '')))
  const margin = Math.min(
    ...texts.flatMap((text) => (text === undefined ? [] : [text.length - text.trimStart().length])),
  )
  return texts.map((text, at) =>
    text === undefined ? '…\n' : [numbered(numbers[at] ?? 0, short(text.slice(margin), wideLine)), '\n'],
  )
}

const numbered = (number: number, text: string, attributes = {}): Markup =>
  element('span', { class: 'line', 'data-n': number, ...attributes }, text)

/** The whole file, and beside each line the steps that it asks for. */
export function wholeConfig(config: Config, asked: ReadonlyMap<Pointer, readonly number[]>): Content {
  const steps = new Map<number, number[]>()
  for (const [pointer, indices] of asked) {
    const from = config.places.get(pointer)?.from
    if (from !== undefined && pointer !== '') steps.set(from, [...(steps.get(from) ?? []), ...indices])
  }
  return element(
    'pre',
    { class: 'whole' },
    config.lines.map((text, at) => {
      const own = [...new Set(steps.get(at + 1) ?? [])].sort((a, b) => a - b)
      const links = own.length === 0 ? undefined : element('span', { class: 'asks' }, ranges(own).map(asLink))
      return [numbered(at + 1, text, { id: `line-${at + 1}` }), links, '\n']
    }),
  )
}

const asLink = ([from, to]: readonly [number, number]) => [
  ' ',
  element('a', { href: `#step-${from}` }, from === to ? `${from}` : `${from}–${to}`),
]

function ranges(numbers: readonly number[]): (readonly [number, number])[] {
  const found: [number, number][] = []
  for (const number of numbers) {
    const last = found[found.length - 1]
    if (last !== undefined && last[1] === number - 1) last[1] = number
    else found.push([number, number])
  }
  return found
}
