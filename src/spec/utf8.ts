/**
 * Writes a string as UTF-8 into bytes, from an offset; returns where it ends, or -1 if there is no room. NUL and halves of
 * surrogate pairs are written, too: a caller that does not allow them must check before.
 */
export function putUtf8(into: Uint8Array, at: number, text: string): number {
  const size = text.length
  if (at + size > into.length) return -1
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x80) return putWide(into, at + i, text.slice(i))
    into[at + i] = code
  }
  return at + size
}

function putWide(into: Uint8Array, start: number, text: string): number {
  if (start + 3 * text.length > into.length) return -1
  let at = start
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0
    if (code < 0x80) {
      into[at++] = code
    } else if (code < 0x800) {
      into[at++] = 0xc0 | (code >> 6)
      into[at++] = 0x80 | (code & 0x3f)
    } else if (code < 0x10000) {
      into[at++] = 0xe0 | (code >> 12)
      into[at++] = 0x80 | ((code >> 6) & 0x3f)
      into[at++] = 0x80 | (code & 0x3f)
    } else {
      i++
      into[at++] = 0xf0 | (code >> 18)
      into[at++] = 0x80 | ((code >> 12) & 0x3f)
      into[at++] = 0x80 | ((code >> 6) & 0x3f)
      into[at++] = 0x80 | (code & 0x3f)
    }
  }
  return at
}

/** Decodes UTF-8. Each byte that is not valid becomes U+FFFD. */
export function getUtf8(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const size = sequence(bytes, at)
    text += size === 0 ? '\ufffd' : String.fromCodePoint(point(bytes, at, size))
    at += size || 1
  }
  return text
}

// The length of a well-formed character in bytes (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF).
function sequence(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  for (let i = 1; i < size; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0
  const code = point(bytes, at, size)
  if (size === 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return 0
  return size === 4 && (code < 0x10000 || code > 0x10ffff) ? 0 : size
}

function point(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at] ?? 0
  let code = size < 2 ? first : first & (0xff >> (size + 1))
  for (let i = 1; i < size; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 0x3f)
  return code
}
