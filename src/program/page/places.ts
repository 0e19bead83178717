import { at, type Pointer } from '../../spec/pointer.ts'

/** The lines of a text that a value takes, from 1; of a member of an object its name, too. */
export type LineRange = { readonly from: number; readonly to: number }

type Open = {
  readonly pointer: Pointer
  readonly from: number
  readonly isArray: boolean
  index: number
  key: string
  keyLine: number
}

/** Where each value of a JSON text stands. The text must be valid: it has been parsed. Of names that are there twice the last one counts, as for JSON.parse. */
export function placesOf(text: string): ReadonlyMap<Pointer, LineRange> {
  const found = new Map<Pointer, LineRange>()
  const open: Open[] = []
  let line = 1
  let wantsKey = false
  const own = () => {
    const top = open[open.length - 1]
    if (top === undefined) return { pointer: '', from: line }
    return top.isArray
      ? { pointer: `${top.pointer}/${top.index}`, from: line }
      : { pointer: top.pointer + at(top.key), from: top.keyLine }
  }
  for (const { 0: token } of text.matchAll(tokens)) {
    const top = open[open.length - 1]
    if (token === ':') continue
    if (token === '\n') line++
    else if (token === '{' || token === '[') {
      open.push({ ...own(), isArray: token === '[', index: 0, key: '', keyLine: line })
      wantsKey = token === '{'
    } else if (token === '}' || token === ']') {
      if (top !== undefined) found.set(top.pointer, { from: top.from, to: line })
      open.pop()
      wantsKey = false
    } else if (token === ',') {
      if (top?.isArray === true) top.index++
      wantsKey = top?.isArray === false
    } else if (wantsKey && top !== undefined) {
      top.key = JSON.parse(token)
      top.keyLine = line
      wantsKey = false
    } else {
      const { pointer, from } = own()
      found.set(pointer, { from, to: line })
    }
  }
  return found
}

/** Strings, other values, what structures them, and the ends of lines; other blanks are left out. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:\n]|[^\s{}[\],:"]+/g

/** So many characters of a line are more than anybody reads. */
const wide = 240

/** The text of a config in lines, and whether these are its own: what a program wrote has often none. */
export function linesOfConfig(text: string): { readonly lines: readonly string[]; readonly own: boolean } {
  const whole = text.trimEnd()
  const lines = whole.split('\n').map((line) => line.replace(/\r$/, ''))
  if (whole.length <= wide * lines.length) return { lines, own: true }
  return { lines: broken(text).split('\n'), own: false }
}

// Each member and each element on a line of its own.
function broken(text: string): string {
  const parts: string[] = []
  let depth = 0
  let last = ''
  const next = () => parts.push(`\n${'  '.repeat(depth)}`)
  for (const { 0: token } of text.matchAll(tokens)) {
    if (token === '\n') continue
    const closes = token === '}' || token === ']'
    if (closes) depth--
    if (closes ? last !== '{' && last !== '[' : last === '{' || last === '[' || last === ',') next()
    parts.push(token === ':' ? ': ' : token)
    if (token === '{' || token === '[') depth++
    last = token
  }
  return parts.join('')
}
