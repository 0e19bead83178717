import type { Native } from '../native/table.ts'

/** How wide text for people may be: as wide as the environment or the terminal says, within reason; 80 where neither does. */
export function columnsOf(native: Pick<Native, 'env' | 'columns'>): number {
  const asked = Number(native.env('COLUMNS'))
  const columns = Number.isInteger(asked) && asked > 0 ? asked : native.columns(1)
  return columns > 0 ? Math.min(Math.max(columns, 40), 120) : 80
}

/** Text in lines of at most so many signs, as far as its words allow. */
export function wrapped(text: string, columns: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] as string
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
