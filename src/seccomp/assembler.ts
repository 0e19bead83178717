// Classic BPF (linux/filter.h) jumps forward only, by at most 255 instructions where it decides. So a program is
// written from its end to its beginning: every target is there before the jumps to it, and its distance is known.

/** linux/bpf_common.h: the most instructions that the kernel takes. */
export const MAX_INSTRUCTIONS = 4096

/** A place to jump to: how many instructions there are from it to the program's end. */
export type Label = number

export type Program = {
  /** Two words an instruction: code, jt, jf; k. It grows from the end down. */
  readonly words: Uint32Array
  size: number
  /** The last return of each value. */
  readonly returns: Map<number, Label>
  /** As the machine that it is for: so are the instructions, and the halves of an argument. */
  readonly bigEndian: boolean
}

export const JEQ = 0x15
export const JGT = 0x25
export const JGE = 0x35
export const JSET = 0x45
const JA = 0x05
const RET = 0x06
const LOAD = 0x20
const AND = 0x54

export function program(bigEndian: boolean): Program {
  return { words: new Uint32Array(2 * MAX_INSTRUCTIONS), size: 0, returns: new Map(), bigEndian }
}

// Beyond the limit nothing is written, only counted: the program is refused then.
function put({ words, size }: Program, code: number, k: number): void {
  const at = 2 * (MAX_INSTRUCTIONS - 1 - size)
  if (at < 0) return
  words[at] = code
  words[at + 1] = k
}

/** A label of `ret k`, from which a jump right here can be taken. */
export function ret(p: Program, k: number): Label {
  const label = p.returns.get(k)
  if (label !== undefined && p.size - label <= REACH) return label
  put(p, RET, k)
  p.returns.set(k, ++p.size)
  return p.size
}

/** A = the word at this offset of struct seccomp_data; flows into what was written last. */
export function load(p: Program, offset: number): Label {
  put(p, LOAD, offset)
  return ++p.size
}

/** A = A & mask; flows into what was written last. */
export function and(p: Program, mask: number): Label {
  put(p, AND, mask)
  return ++p.size
}

/**
 * Compares A with k and goes to one of two labels. Each instruction of a filter is one call, which an object for the arguments
 * would make twice as long: so there are five.
 */
export function jump(p: Program, code: number, k: number, yes: Label, no: Label): Label {
  const near = p.size - yes <= REACH ? yes : within(p, yes)
  const other = p.size - no <= REACH ? no : within(p, no)
  put(p, code | ((p.size - near) << 16) | ((p.size - other) << 24), k)
  return ++p.size
}

// One less than 255: to bring the other label of the same jump near may take one more instruction.
const REACH = 254

// A label far away is brought near by a jump without decision, or by one more return if it is one.
function within(p: Program, label: Label): Label {
  const at = 2 * (MAX_INSTRUCTIONS - label)
  if (p.words[at] === RET) return ret(p, p.words[at + 1] as number)
  put(p, JA, p.size - label)
  return ++p.size
}

/** The instructions as an array of struct sock_filter. */
export function bytes({ words, size, bigEndian }: Program): Uint8Array {
  const used = words.subarray(words.length - 2 * size)
  // The words lie in memory as a little-endian machine wants them, if this is one.
  if (!bigEndian && isLittleEndian()) return new Uint8Array(used.buffer, used.byteOffset, used.byteLength).slice()
  const out = new DataView(new ArrayBuffer(used.byteLength))
  for (let i = 0; i < used.length; i += 2) {
    const head = used[i] as number
    out.setUint16(4 * i, head & 0xffff, !bigEndian)
    out.setUint8(4 * i + 2, (head >>> 16) & 0xff)
    out.setUint8(4 * i + 3, head >>> 24)
    out.setUint32(4 * i + 4, used[i + 1] as number, !bigEndian)
  }
  return new Uint8Array(out.buffer)
}

const isLittleEndian = () => new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
