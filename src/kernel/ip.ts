/** An address with the length of its network's prefix; alone it has all its bits. */
export type Subnet = {
  /** As it is printed. */
  readonly address: string
  /** 4 of IPv4, 16 of IPv6. */
  readonly bytes: readonly number[]
  readonly prefix: number
}

/** The bytes of an address of IPv4 or IPv6 (inet_pton(3)); undefined: it is none. */
export const ipBytes = (text: string): readonly number[] | undefined => (text.includes(':') ? six(text) : four(text))

function four(text: string): number[] | undefined {
  const parts = text.split('.')
  const bytes = parts.map((part) => digits(part, 10, 3))
  const is = parts.length === 4 && bytes.every((byte) => byte !== undefined && byte <= 255)
  // A leading 0 means octal to some, and nothing to others.
  return is && parts.every((part) => part === '0' || !part.startsWith('0')) ? (bytes as number[]) : undefined
}

function six(text: string): number[] | undefined {
  const halves = text.split('::')
  const [left, right] = halves.map((half, i) => (half === '' ? [] : pairs(half.split(':'), i === halves.length - 1)))
  if (halves.length > 2 || left === undefined) return undefined
  if (halves.length === 1) return left.length === 16 ? left : undefined
  if (right === undefined || left.length + right.length > 14) return undefined
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right]
}

// The last of all may be an address of IPv4.
function pairs(parts: readonly string[], isEnd: boolean): number[] | undefined {
  const bytes: number[] = []
  for (const [i, part] of parts.entries()) {
    const dotted = isEnd && part.includes('.') && i === parts.length - 1 ? four(part) : undefined
    const value = dotted === undefined ? digits(part, 16, 4) : 0
    if (value === undefined) return undefined
    bytes.push(...(dotted ?? [value >> 8, value & 255]))
  }
  return bytes
}

function digits(text: string, base: number, most: number): number | undefined {
  let value = 0
  for (const letter of text) {
    const digit = '0123456789abcdef'.indexOf(letter.toLowerCase())
    if (digit < 0 || digit >= base) return undefined
    value = value * base + digit
  }
  return text === '' || text.length > most ? undefined : value
}

/** An address as people write it: of IPv6 in lower case, the first longest row of zeros left out (RFC 5952). */
export function ipText(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))
  let [start, size] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > size) [start, size] = [i, end - i]
  }
  const words = groups.map((group) => group.toString(16))
  if (start < 0) return words.join(':')
  return `${words.slice(0, start).join(':')}::${words.slice(start + size).join(':')}`
}

/** An address as a subnet of all its bits; undefined: it is none. */
export function ipOf(text: string): Subnet | undefined {
  const bytes = ipBytes(text)
  return bytes === undefined ? undefined : { address: ipText(bytes), bytes, prefix: bytes.length * 8 }
}

/** `10.0.0.2/24`; undefined: it is none. */
export function subnetOf(text: string): Subnet | undefined {
  const slash = text.indexOf('/')
  const bytes = slash < 0 ? undefined : ipBytes(text.slice(0, slash))
  const prefix = digits(text.slice(slash + 1), 10, 3)
  if (bytes === undefined || prefix === undefined || prefix > bytes.length * 8) return undefined
  return { address: ipText(bytes), bytes, prefix }
}

/** Whether an address lies in a network. */
export function isIn({ bytes }: Pick<Subnet, 'bytes'>, net: Subnet): boolean {
  if (bytes.length !== net.bytes.length) return false
  for (let bit = 0; bit < net.prefix; bit++) {
    const mask = 128 >> (bit & 7)
    if (((bytes[bit >> 3] ?? 0) & mask) !== ((net.bytes[bit >> 3] ?? 0) & mask)) return false
  }
  return true
}
