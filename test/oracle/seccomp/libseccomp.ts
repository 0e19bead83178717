import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SeccompSyscall } from '../../../src/spec/seccomp.ts'
import type { Case } from './random.ts'

/** An architecture with its name in libseccomp 2.5.4. x32 has its own token, because the kernel has no AUDIT_ARCH for it. */
export type Known = {
  readonly token: number
  readonly audit: number
  readonly base: number
  readonly bits: 32 | 64
  readonly bigEndian: boolean
  readonly multiplexes: boolean
}

/** seccomp.h, linux/audit.h. */
export const architectures: Readonly<Record<string, Known>> = {
  SCMP_ARCH_X86: known(0x4000_0003, 32, { multiplexes: true }),
  SCMP_ARCH_X86_64: known(0xc000_003e, 64),
  SCMP_ARCH_X32: known(0x4000_003e, 32, { base: 0x4000_0000, audit: 0xc000_003e }),
  SCMP_ARCH_ARM: known(0x4000_0028, 32),
  SCMP_ARCH_AARCH64: known(0xc000_00b7, 64),
  SCMP_ARCH_MIPS: known(0x0000_0008, 32, { base: 4000, multiplexes: true }),
  SCMP_ARCH_MIPS64: known(0x8000_0008, 64, { base: 5000 }),
  SCMP_ARCH_MIPS64N32: known(0xa000_0008, 32, { base: 6000 }),
  SCMP_ARCH_MIPSEL: known(0x4000_0008, 32, { base: 4000, multiplexes: true }),
  SCMP_ARCH_MIPSEL64: known(0xc000_0008, 64, { base: 5000 }),
  SCMP_ARCH_MIPSEL64N32: known(0xe000_0008, 32, { base: 6000 }),
  SCMP_ARCH_PPC: known(0x0000_0014, 32, { multiplexes: true }),
  SCMP_ARCH_PPC64: known(0x8000_0015, 64, { multiplexes: true }),
  SCMP_ARCH_PPC64LE: known(0xc000_0015, 64, { multiplexes: true }),
  SCMP_ARCH_S390: known(0x0000_0016, 32, { multiplexes: true }),
  SCMP_ARCH_S390X: known(0x8000_0016, 64, { multiplexes: true }),
  SCMP_ARCH_PARISC: known(0x0000_000f, 32),
  SCMP_ARCH_PARISC64: known(0x8000_000f, 64),
  SCMP_ARCH_RISCV64: known(0xc000_00f3, 64),
}

function known(token: number, bits: 32 | 64, more: Partial<Known> = {}): Known {
  const audit = more.audit ?? token
  return { token, audit, base: 0, bits, bigEndian: (audit & 0x4000_0000) === 0, multiplexes: false, ...more }
}

/** The architectures of a case as runc passes them: the native one first, each once. */
export const machines = ({ profile, native }: Case): readonly string[] => [
  ...new Set([native, ...(profile.architectures ?? [])]),
]

/** libseccomp's result for a profile: a filter, or an error. */
export type Answer = { readonly filter: Uint8Array } | { readonly errno: number }

export type Oracle = {
  readonly filters: (profiles: readonly (readonly string[])[]) => readonly Answer[]
  /** The calls of an architecture by name. */
  readonly numbers: (architecture: string) => ReadonlyMap<string, number>
}

/** The time limit for each run of another program, in milliseconds. */
const LIMIT = 60_000

/** Why libseccomp is missing here; undefined if it exists. */
export function missing(): string | undefined {
  const { status } = spawnSync('gcc', ['-E', '-include', 'seccomp.h', '-x', 'c', '/dev/null'], { timeout: LIMIT })
  return status === 0 ? undefined : 'gcc or seccomp.h is missing (apt-get install gcc libseccomp-dev)'
}

/** Builds the C program, which is removed when this process ends. */
export function oracle(): Oracle {
  const dir = mkdtempSync(join(tmpdir(), 'libseccomp-'))
  process.on('exit', () => rmSync(dir, { recursive: true }))
  const binary = join(dir, 'libseccomp')
  const source = new URL('libseccomp.c', import.meta.url).pathname
  const flags = ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Wconversion', '-Werror', '-o', binary, source, '-lseccomp']
  const built = spawnSync('gcc', flags, { timeout: LIMIT, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`gcc: ${built.stderr}`)
  const ask = (commands: readonly string[]) => {
    const input = `${commands.join('\n')}\n`
    const run = spawnSync(binary, { input, timeout: LIMIT, maxBuffer: 1 << 30, encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`${binary}: status ${run.status}, ${run.stderr}`)
    return run.stdout.trimEnd().split('\n')
  }
  return { filters: (profiles) => ask(profiles.flat()).map(answer), numbers: (name) => numbers(ask, name) }
}

function answer(line: string): Answer {
  const [word, rest = ''] = line.split(' ')
  return word === 'ok' ? { filter: Buffer.from(rest, 'hex') } : { errno: Number(rest) }
}

function numbers(ask: (commands: readonly string[]) => readonly string[], name: string): ReadonlyMap<string, number> {
  const { token, base } = architectures[name] as Known
  // ARM's private calls begin at 0xf0000.
  const spans = [[base, base + 600], ...(name === 'SCMP_ARCH_ARM' ? [[0xf0000, 0xf0010]] : [])]
  const lines = ask(spans.map(([pointer, to]) => `NUMBERS ${token} ${pointer} ${to}`)).filter((line) => line !== '')
  return new Map(lines.map((line) => line.split(' ')).map(([number, call = '']) => [call, Number(number)]))
}

/** A profile as runc passes it to libseccomp, in the commands of the C program. `optimize` 2 asks for a binary tree. */
export function commands(given: Case, optimize: 1 | 2): readonly string[] {
  const arches = machines(given).map((name) => `ARCH ${architectures[name]?.token}`)
  return [`PROFILE ${defaultValue(given)} ${optimize}`, ...arches, ...rules(given), 'END']
}

/** The rules of a profile as runc adds them, each as a command. */
export function rules(given: Case): readonly string[] {
  const byDefault = defaultValue(given)
  return (given.profile.syscalls ?? []).flatMap((entry) => {
    const verdict = value(entry.action, entry.errnoRet)
    // runc skips a rule with the default verdict.
    if (verdict === byDefault) return []
    const conditions = alternatives(entry).map((args) =>
      args.map(({ index, op, value, valueTwo = 0 }) => `${index} ${operators[op]} ${value} ${valueTwo}`),
    )
    return entry.names.flatMap((name) =>
      conditions.map((all) => `RULE ${verdict} ${name} ${all.length} ${all.join(' ')}`),
    )
  })
}

/** The conditions of an entry, as runc reads them: all must be true, or, if two are on one argument, any of them. */
export function alternatives({ args = [] }: SeccompSyscall): readonly NonNullable<SeccompSyscall['args']>[] {
  return new Set(args.map(({ index }) => index)).size < args.length ? args.map((arg) => [arg]) : [args]
}

/** The return value of a filter for an action of the spec. */
export function value(action: string, errnoRet = 1): number {
  return (returned[action] as number) + (action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE' ? errnoRet : 0)
}

export const defaultValue = ({ profile }: Case): number => value(profile.defaultAction, profile.defaultErrnoRet)

/** SCMP_ACT_* of seccomp.h, which are SECCOMP_RET_* of linux/seccomp.h. */
const returned: Readonly<Record<string, number>> = {
  SCMP_ACT_KILL: 0,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL_PROCESS: 0x8000_0000,
  SCMP_ACT_TRAP: 0x0003_0000,
  SCMP_ACT_ERRNO: 0x0005_0000,
  SCMP_ACT_TRACE: 0x7ff0_0000,
  SCMP_ACT_ALLOW: 0x7fff_0000,
  SCMP_ACT_LOG: 0x7ffc_0000,
  SCMP_ACT_NOTIFY: 0x7fc0_0000,
}

/** enum scmp_compare of seccomp.h. */
const operators: Readonly<Record<string, number>> = {
  SCMP_CMP_NE: 1,
  SCMP_CMP_LT: 2,
  SCMP_CMP_LE: 3,
  SCMP_CMP_EQ: 4,
  SCMP_CMP_GE: 5,
  SCMP_CMP_GT: 6,
  SCMP_CMP_MASKED_EQ: 7,
}
