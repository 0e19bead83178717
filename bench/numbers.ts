/** The summary of many measurements of the same quantity. */
export type Summary = { readonly median: number; readonly min: number; readonly p90: number }

export function summary(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = [...values].sort((a, b) => a - b)
  return { median: at(sorted, 0.5), min: at(sorted, 0), p90: at(sorted, 0.9) }
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
}
