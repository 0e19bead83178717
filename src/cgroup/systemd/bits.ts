import { listRanges } from '../../spec/ranges.ts'

/** A list of CPUs or memory nodes, as `0-3,7`, as the bytes of AllowedCPUs: bit 0 of the first is CPU 0. undefined: it is no such list. */
export function bitsOf(list: string): Uint8Array | undefined {
  const found = listRanges(list)
  if (found === undefined || found.length === 0) return undefined
  const last = Math.max(...found.map(([, end]) => end))
  // CPU_SETSIZE is far below it.
  if (last > 65_535) return undefined
  const bytes = new Uint8Array((last >> 3) + 1)
  for (const [first, end] of found)
    for (let i = first; i <= end; i++) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  return bytes
}
