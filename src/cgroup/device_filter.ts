import { type DeviceRule, isEverything, isFull } from './device_rules.ts'

/** struct bpf_cgroup_dev_ctx (linux/bpf.h): access << 16 | type, major, minor. */
const kinds = { b: 1, c: 2 } as const
const accesses = { m: 1, r: 2, w: 4 } as const

/** Registers: r0 the verdict, r1 the context, r2 the type, r3 the accesses not decided yet, r4 major, r5 minor. */
const type = 2
const undecided = 3
const major = 4
const minor = 5

/** Instructions of eBPF: class, operation and source in one byte (Documentation/bpf/standardization/instruction-set). */
const ldxw = 0x61
const mov32 = 0xbc
const mov = 0xb7
const and32 = 0x54
const rsh32 = 0x74
const jump = 0x05
const jne32 = 0x56
const jset32 = 0x46
const exit = 0x95

/**
 * The rules as a program of BPF_PROG_TYPE_CGROUP_DEVICE, 8 bytes an instruction: 1 allows, 0 denies. The last rule about
 * an access decides, so the program tests the rules from the last to the first.
 */
export function deviceFilter(rules: readonly DeviceRule[]): Uint8Array {
  const code: Instruction[] = [
    [ldxw, type, 1, 0, 0],
    [mov32, undecided, type, 0, 0],
    [and32, type, 0, 0, 0xffff],
    [rsh32, undecided, 0, 0, 16],
    [ldxw, major, 1, 4, 0],
    [ldxw, minor, 1, 8, 0],
  ]
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i]
    if (rule === undefined) break
    code.push(...oneRule(rule))
    // The verifier refuses a program with instructions that cannot be reached.
    if (isEverything(rule)) return assemble(code)
  }
  code.push(...verdict(false))
  return assemble(code)
}

type Instruction = readonly [opcode: number, to: number, from: number, offset: number, value: number]

function oneRule(rule: DeviceRule): readonly Instruction[] {
  const tests: (readonly [register: number, value: number])[] = []
  if (rule.type !== 'a') tests.push([type, kinds[rule.type]])
  if (rule.major !== undefined) tests.push([major, rule.major])
  if (rule.minor !== undefined) tests.push([minor, rule.minor])
  const tail = decide(rule)
  const length = tests.length + tail.length
  // When a test fails, the program goes on after this rule.
  const heads = tests.map(([register, value], i): Instruction => [jne32, register, 0, length - i - 1, value])
  return [...heads, ...tail]
}

function decide({ allow, access }: DeviceRule): readonly Instruction[] {
  const end = verdict(allow)
  if (isFull(access)) return end
  let bits = 0
  for (const letter of ['m', 'r', 'w'] as const) if (access.includes(letter)) bits |= accesses[letter]
  if (!allow) return [[jset32, undecided, 0, 1, bits], [jump, 0, 0, end.length, 0], ...end]
  return [[and32, undecided, 0, 0, ~bits], [jne32, undecided, 0, end.length, 0], ...end]
}

function verdict(allow: boolean): readonly Instruction[] {
  return [
    [mov, 0, 0, 0, allow ? 1 : 0],
    [exit, 0, 0, 0, 0],
  ]
}

function assemble(code: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(code.length * 8)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < code.length; i++) {
    const [opcode, to, from, offset, value] = code[i] ?? [0, 0, 0, 0, 0]
    view.setUint8(8 * i, opcode)
    view.setUint8(8 * i + 1, (from << 4) | to)
    view.setInt16(8 * i + 2, offset, true)
    view.setInt32(8 * i + 4, value, true)
  }
  return bytes
}
