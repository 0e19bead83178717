// Longer texts are not misspelt words, and to compare a megabyte would take minutes.
const longest = 64

/** The word that was probably meant: the one with the fewest typing errors between. undefined: none is near enough. */
export function nearest(word: string, among: readonly string[]): string | undefined {
  if (word.length > longest) return undefined
  const far = Math.max(1, Math.floor(word.length / 3)) + 1
  let [best, least] = [undefined as string | undefined, far]
  for (const one of among) {
    if (Math.abs(word.length - one.length) >= least) continue
    const slips = distance(word, one)
    if (slips < least) [best, least] = [one, slips]
  }
  return best
}

/** The name that only differs in case and separators, else the one with the fewest typing errors between. */
export function alike(word: string, among: readonly string[]): string | undefined {
  if (word.length > longest) return undefined
  return among.find((each) => plain(each) === plain(word)) ?? nearest(word, among)
}

const plain = (name: string) => name.toLowerCase().replaceAll('_', '').replaceAll('-', '')

// An additional, missing or wrong character, and two that are swapped, count as one error each.
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const other = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      next.push(swapped ? Math.min(other, (before[j - 2] ?? 0) + 1) : other)
    }
    ;[before, row] = [row, next]
  }
  return row[b.length] ?? 0
}
