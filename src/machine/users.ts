import type { Native } from '../native/table.ts'

// Large sites have files of megabytes.
const limit = 16 * 1024 * 1024

/** The fields of each line of passwd(5) and its like; of none where the file cannot be read. */
export function* entriesOf(native: Native, path: string): Generator<readonly string[]> {
  const text = native.read(path, limit)
  if (typeof text === 'number') return
  for (const line of text.split('\n')) yield line.split(':')
}

/** The name of a user, passwd(5): name:password:uid:…; undefined: the uid has none. */
export function userName(native: Native, uid: number): string | undefined {
  for (const [name, , id] of entriesOf(native, '/etc/passwd')) if (id === String(uid)) return name
  return undefined
}

/** The ranges of ids that a file gives a user, by name or by uid, as they stand there, subuid(5): name:first:count. */
export function subordinateRanges(
  native: Native,
  file: string,
  uid: number,
): (readonly [first: string, count: string])[] {
  const user = userName(native, uid)
  return [...entriesOf(native, file)]
    .filter(([who = '']) => who !== '' && (who === user || who === String(uid)))
    .map(([, first = '', count = '']) => [first, count] as const)
}
