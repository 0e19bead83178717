/** A decoded filter, for `verdict`. */
export type Bpf = {
  readonly code: Uint16Array
  readonly yes: Uint8Array
  readonly no: Uint8Array
  readonly k: Uint32Array
}

/** The words of struct seccomp_data: nr, arch, instruction pointer, then two for each argument, in the byte order of the machine. */
export type Data = Uint32Array

const LOAD = 0x20
const AND = 0x54
const JA = 0x05
const JEQ = 0x15
const JGT = 0x25
const JGE = 0x35
const JSET = 0x45
const RET = 0x06

/** Decodes a filter. Throws if the kernel's check (seccomp_check_filter, bpf_check_classic) would refuse it. */
export function parse(filter: Uint8Array, bigEndian: boolean): Bpf {
  const view = new DataView(filter.buffer, filter.byteOffset, filter.byteLength)
  const size = filter.length / 8
  if (!Number.isInteger(size) || size < 1 || size > 4096) throw new Error(`a filter of ${filter.length} bytes`)
  const bpf = {
    code: new Uint16Array(size),
    yes: new Uint8Array(size),
    no: new Uint8Array(size),
    k: new Uint32Array(size),
  }
  for (let i = 0; i < size; i++) {
    bpf.code[i] = view.getUint16(8 * i, !bigEndian)
    bpf.yes[i] = view.getUint8(8 * i + 2)
    bpf.no[i] = view.getUint8(8 * i + 3)
    bpf.k[i] = view.getUint32(8 * i + 4, !bigEndian)
    check(bpf, i, size)
  }
  if (bpf.code[size - 1] !== RET) throw new Error('does not end with a return')
  return bpf
}

function check({ code, yes, no, k }: Bpf, i: number, size: number): void {
  const inside = (jump: number) => {
    if (i + 1 + jump >= size) throw new Error(`instruction ${i} jumps out`)
  }
  switch (code[i]) {
    case LOAD:
      if ((k[i] as number) % 4 !== 0 || (k[i] as number) >= 64) throw new Error(`instruction ${i} loads from ${k[i]}`)
      return
    case JA:
      inside(k[i] as number)
      return
    case JEQ:
    case JGT:
    case JGE:
    case JSET:
      inside(yes[i] as number)
      inside(no[i] as number)
      return
    case AND:
    case RET:
      return
  }
  throw new Error(`instruction ${i} has the code ${code[i]}`)
}

/** The result of a filter for a call. */
export function verdict({ code, yes, no, k }: Bpf, data: Data): number {
  let a = 0
  for (let pc = 0; ; pc++) {
    const value = k[pc] as number
    switch (code[pc]) {
      case LOAD:
        a = data[value >>> 2] as number
        break
      case AND:
        a = (a & value) >>> 0
        break
      case JA:
        pc += value
        break
      case JEQ:
        pc += (a === value ? yes[pc] : no[pc]) as number
        break
      case JGT:
        pc += (a > value ? yes[pc] : no[pc]) as number
        break
      case JGE:
        pc += (a >= value ? yes[pc] : no[pc]) as number
        break
      case JSET:
        pc += ((a & value) !== 0 ? yes[pc] : no[pc]) as number
        break
      default:
        return value
    }
  }
}

/** A call as the filter sees it; the arguments have 64 bits. */
export function data(nr: number, arch: number, args: readonly bigint[], bigEndian: boolean): Data {
  const words = new Uint32Array(16)
  words[0] = nr
  words[1] = arch
  for (const [i, arg] of args.entries()) {
    words[4 + 2 * i + (bigEndian ? 1 : 0)] = Number(arg & 0xffff_ffffn)
    words[4 + 2 * i + (bigEndian ? 0 : 1)] = Number(arg >> 32n)
  }
  return words
}
