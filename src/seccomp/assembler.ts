// Classic BPF (linux/filter.h) only jumps forward, and a conditional jump goes at most 255 instructions far. So a program is
// written from its end to its beginning: a target is always written before the jumps to it, and its distance is known.

/** The largest number of instructions that the kernel accepts (linux/bpf_common.h). */
export const MAX_INSTRUCTIONS = 4096

/** The target of a jump, as the number of instructions from there to the end of the program. */
export type Label = number

export type Program = {
  /** Two words for each instruction (code, jt, jf; k), filled from the end down. */
  readonly words: Uint32Array
  size: number
  /** The return that was written last, for each value. */
  readonly returns: Map<number, Label>
  /** The byte order of the target machine, for the instructions and for the halves of an argument. */
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

// Beyond the limit instructions are only counted, as the program is going to be refused.
function put({ words, size }: Program, code: number, k: number): void {
  const at = 2 * (MAX_INSTRUCTIONS - 1 - size)
  if (at < 0) return
  words[at] = code
  words[at + 1] = k
}

/** A label of `ret k`, in reach of a jump that is written next. */
export function ret(p: Program, k: number): Label {
  const label = p.returns.get(k)
  if (label !== undefined && p.size - label <= REACH) return label
  put(p, RET, k)
  p.returns.set(k, ++p.size)
  return p.size
}

/** A = the word at this offset of struct seccomp_data; execution goes on with the instruction that was written before. */
export function load(p: Program, offset: number): Label {
  put(p, LOAD, offset)
  return ++p.size
}

/** A = A & mask; execution goes on with the instruction that was written before. */
export function and(p: Program, mask: number): Label {
  put(p, AND, mask)
  return ++p.size
}

/**
 * Compares A with k and jumps to one of two labels. There is a call for each instruction of a filter, and an object for the arguments would
 * double its time, so there are five parameters.
 */
export function jump(p: Program, code: number, k: number, yes: Label, no: Label): Label {
  const near = p.size - yes <= REACH ? yes : within(p, yes)
  const other = p.size - no <= REACH ? no : within(p, no)
  put(p, code | ((p.size - near) << 16) | ((p.size - other) << 24), k)
  return ++p.size
}

// One less than 255, as one more instruction may be needed to bring the other label of the same jump into reach.
const REACH = 254

// A label that is too far away is reached by an unconditional jump, or replaced by a copy if it is a return.
function within(p: Program, label: Label): Label {
  const at = 2 * (MAX_INSTRUCTIONS - label)
  if (p.words[at] === RET) return ret(p, p.words[at + 1] as number)
  put(p, JA, p.size - label)
  return ++p.size
}

/** The instructions as an array of struct sock_filter. */
export function bytes({ words, size, bigEndian }: Program): Uint8Array {
  const used = words.subarray(words.length - 2 * size)
  // On a little-endian machine the words are in memory as a little-endian target needs them.
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
