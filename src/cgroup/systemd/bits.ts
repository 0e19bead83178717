import { listRanges } from '../../spec/ranges.ts'

/** A list of CPUs or memory nodes such as `0-3,7` as bytes of AllowedCPUs: bit 0 of the first byte is CPU 0. undefined: it is not such a list. */
export function bitsOf(list: string): Uint8Array | undefined {
  const found = listRanges(list)
  if (found === undefined || found.length === 0) return undefined
  const last = Math.max(...found.map(([, end]) => end))
  // More than any machine has (CPU_SETSIZE is 1024), and few enough to build.
  if (last > 65_535) return undefined
  const bytes = new Uint8Array((last >> 3) + 1)
  for (const [first, end] of found)
    for (let i = first; i <= end; i++) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  return bytes
}
