import type { Abi } from '../kernel/syscalls.ts'

/** The facts about an architecture that a filter needs. */
export type Architecture = {
  readonly name: string
  readonly abi: Abi
  /** AUDIT_ARCH_*: `arch` of struct seccomp_data. */
  readonly audit: number
  /** How many bits of an argument are compared. x32 and n32 pass 32 bits in 64-bit registers. */
  readonly bits: 32 | 64
  readonly bigEndian: boolean
  /** The number of its first system call. */
  readonly base: number
  /** Whether it has socketcall(2) and ipc(2). */
  readonly multiplexes: boolean
}

/** The architecture by its name in the spec, such as SCMP_ARCH_X86_64. */
export function architecture(name: string, rows = architectureTable()): Architecture | undefined {
  if (!Object.hasOwn(rows, name)) return undefined
  const [abi, audit, bits, base = 0, multiplexes = false] = rows[name] as Row
  return { name, abi, audit, bits, bigEndian: (audit & LE) === 0, base, multiplexes }
}

// linux/audit.h: the ELF machine and __AUDIT_ARCH_64BIT, __AUDIT_ARCH_LE, __AUDIT_ARCH_CONVENTION_MIPS64_N32.
const WIDE = 0x8000_0000
const LE = 0x4000_0000
const N32 = 0x2000_0000

/** The kernel's mark of an x32 call (asm/unistd.h: __X32_SYSCALL_BIT): x32 has no AUDIT_ARCH of its own. */
export const X32_BIT = 0x4000_0000

type Row = readonly [abi: Abi, audit: number, bits: 32 | 64, base?: number, multiplexes?: boolean]

/** All rows, for callers that need more than one. */
export const architectureTable = (): Readonly<Record<string, Row>> => ({
  SCMP_ARCH_X86_64: ['x86_64', WIDE + LE + 62, 64],
  SCMP_ARCH_X86: ['x86', LE + 3, 32, 0, true],
  SCMP_ARCH_X32: ['x32', WIDE + LE + 62, 32, X32_BIT],
  SCMP_ARCH_AARCH64: ['aarch64', WIDE + LE + 183, 64],
  SCMP_ARCH_ARM: ['arm', LE + 40, 32],
  SCMP_ARCH_RISCV64: ['riscv64', WIDE + LE + 243, 64],
  SCMP_ARCH_LOONGARCH64: ['loongarch64', WIDE + LE + 258, 64],
  SCMP_ARCH_PPC: ['ppc', 20, 32, 0, true],
  SCMP_ARCH_PPC64: ['ppc64', WIDE + 21, 64, 0, true],
  SCMP_ARCH_PPC64LE: ['ppc64', WIDE + LE + 21, 64, 0, true],
  SCMP_ARCH_S390: ['s390', 22, 32, 0, true],
  SCMP_ARCH_S390X: ['s390x', WIDE + 22, 64, 0, true],
  SCMP_ARCH_MIPS: ['mips', 8, 32, 4000, true],
  SCMP_ARCH_MIPSEL: ['mips', LE + 8, 32, 4000, true],
  SCMP_ARCH_MIPS64: ['mips64', WIDE + 8, 64, 5000],
  SCMP_ARCH_MIPSEL64: ['mips64', WIDE + LE + 8, 64, 5000],
  SCMP_ARCH_MIPS64N32: ['mips64n32', WIDE + N32 + 8, 32, 6000],
  SCMP_ARCH_MIPSEL64N32: ['mips64n32', WIDE + LE + N32 + 8, 32, 6000],
  SCMP_ARCH_PARISC: ['parisc', 15, 32],
  SCMP_ARCH_PARISC64: ['parisc64', WIDE + 15, 64],
  SCMP_ARCH_M68K: ['m68k', 4, 32, 0, true],
  SCMP_ARCH_SH: ['sh', LE + 42, 32, 0, true],
  SCMP_ARCH_SHEB: ['sh', 42, 32, 0, true],
})
