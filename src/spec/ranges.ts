import { isDigits } from './scan.ts'

type Range = readonly [first: number, last: number]

/** More CPUs or nodes than any machine has. */
const MOST = 65_535

/**
 * The ranges of a list of CPUs or memory nodes, with both ends included: `0-3,7`, or `0-15:2/4` for the first 2 of every 4, as the kernel's
 * bitmap_parselist takes it. undefined: the text is not such a list.
 */
export function listRanges(list: string): readonly Range[] | undefined {
  const found: Range[] = []
  for (const part of list.split(',')) {
    const [range = '', pattern] = part.trim().split(':', 2)
    if (range === '' && pattern === undefined) continue
    const [first = '', last = first, ...rest] = range.split('-')
    const [from, to] = [index(first), index(last)]
    if (rest.length > 0 || !(from <= to) || part.split(':').length > 2) return undefined
    if (pattern === undefined) found.push([from, to])
    else if (!addPattern(found, [from, to], pattern)) return undefined
  }
  return found
}

function addPattern(found: Range[], [from, to]: Range, pattern: string): boolean {
  const [used, group, ...rest] = pattern.split('/').map(index)
  if (used === undefined || group === undefined || rest.length > 0) return false
  if (!(used >= 1 && used <= group && to <= MOST)) return false
  for (let at = from; at <= to; at += group) found.push([at, Math.min(at + used - 1, to)])
  return true
}

function index(text: string): number {
  const digits = text.trim()
  return digits.length <= 9 && isDigits(digits) ? Number(digits) : Number.NaN
}
