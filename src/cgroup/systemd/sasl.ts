/** What opens a connection: the uid by which the kernel knows us, in hexadecimal digits of its letters (D-Bus Specification, EXTERNAL). */
export function authRequest(uid: number): Uint8Array {
  let hex = ''
  for (const digit of String(uid)) hex += digit.charCodeAt(0).toString(16)
  return ascii(`\0AUTH EXTERNAL ${hex}\r\n`)
}

/** After OK; from here on there are messages. */
export const authEnd: Uint8Array = Uint8Array.of(0x42, 0x45, 0x47, 0x49, 0x4e, 0x0d, 0x0a)

export type AuthReply = {
  readonly accepted: boolean
  /** The line that came. */
  readonly line: string
}

/** The longest line, far above what a bus says. */
const maxLine = 1024

/** The answer to authRequest; undefined: the line is not whole yet. */
export function authReply(bytes: Uint8Array): AuthReply | undefined {
  let line = ''
  for (const byte of bytes.subarray(0, maxLine)) {
    if (byte === 0x0a) return { accepted: line === 'OK' || line.startsWith('OK '), line: line.trimEnd() }
    line += String.fromCharCode(byte)
  }
  return bytes.length < maxLine ? undefined : { accepted: false, line }
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
