import { isDigits } from './scan.ts'

/** The ranges of a list of CPUs or memory nodes, such as `0-3,7`, with both ends included. undefined: the text is not such a list. */
export function listRanges(list: string): readonly (readonly [first: number, last: number])[] | undefined {
  const found: [number, number][] = []
  for (const part of list.split(',')) {
    const trimmed = part.trim()
    if (trimmed === '') continue
    const [first = '', last = first, ...rest] = trimmed.split('-')
    const range: [number, number] = [index(first), index(last)]
    if (rest.length > 0 || !(range[0] <= range[1])) return undefined
    found.push(range)
  }
  return found
}

function index(text: string): number {
  const digits = text.trim()
  return digits.length <= 9 && isDigits(digits) ? Number(digits) : Number.NaN
}
