import { listRanges } from '../../spec/ranges.ts'

/** A list of CPUs or memory nodes such as `0-3,7` as bytes of AllowedCPUs: bit 0 of the first byte is CPU 0. undefined: it is not such a list. */
export function bitsOf(list: string): Uint8Array | undefined {
  const found = listRanges(list)
  if (found === undefined || found.length === 0) return undefined
  let last = 0
  for (const [, end] of found) last = Math.max(last, end)
  // More than any machine has (CPU_SETSIZE is 1024), and few enough to build.
  if (last > 65_535) return undefined
  // How many ranges begin at each number, less those that ended before it: a list may name each number many times.
  const changes = new Int32Array(last + 2)
  for (const [first, end] of found) {
    changes[first] = (changes[first] ?? 0) + 1
    changes[end + 1] = (changes[end + 1] ?? 0) - 1
  }
  const bytes = new Uint8Array((last >> 3) + 1)
  for (let i = 0, open = 0; i <= last; i++) {
    open += changes[i] ?? 0
    if (open > 0) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  }
  return bytes
}
