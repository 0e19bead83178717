import type { Seccomp, SeccompArg, SeccompSyscall } from '../../../src/spec/seccomp.ts'
import { architectures } from './libseccomp.ts'

/** Repeatable random numbers: the same for the same seed. */
export type Dice = {
  readonly below: (n: number) => number
  readonly one: <T>(list: readonly T[]) => T
  readonly chance: (p: number) => boolean
}

export function dice(seed: number): Dice {
  // mulberry32
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (n: number) => Math.floor(next() * n)
  return { below, one: (list) => list[below(list.length)] as (typeof list)[number], chance: (p) => next() < p }
}

export type Case = { readonly profile: Seccomp; readonly native: string }

const edges = [
  0n, 1n, 2n, 9n, 16n, 0xffn, 0x7e02_0000n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0002n,
  0x2_0000_0001n, 0xfe_ffff_ffffn, 0xff_0000_0000n, 0x7fff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n, 0xffff_ffff_0000_0000n,
  0xffff_ffff_ffff_ffffn,
] // biome-ignore format: a table

const operators = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'].map((op) => `SCMP_CMP_${op}` as SeccompArg['op'])

type Answer = Pick<SeccompSyscall, 'action' | 'errnoRet'>

const answers: readonly Answer[] = [
  { action: 'SCMP_ACT_ALLOW' },
  { action: 'SCMP_ACT_ERRNO' },
  { action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
  { action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
  { action: 'SCMP_ACT_KILL' },
  { action: 'SCMP_ACT_KILL_THREAD' },
  { action: 'SCMP_ACT_KILL_PROCESS' },
  { action: 'SCMP_ACT_TRAP' },
  { action: 'SCMP_ACT_TRACE', errnoRet: 77 },
  { action: 'SCMP_ACT_LOG' },
]

/** A profile for an architecture that libseccomp knows. It has few calls, so that several rules are for the same call. */
export function randomCase(d: Dice, pool: readonly string[]): Case {
  const native = d.one(Object.keys(architectures))
  const siblings = Object.keys(architectures).filter((name) => known(name).bigEndian === known(native).bigEndian)
  const names = some(1 + d.below(10), () => d.one(pool))
  const values = some(1 + d.below(4), () => (d.chance(0.8) ? d.one(edges) : random64(d)))
  const { action, errnoRet } = d.one(answers)
  const profile = {
    defaultAction: action,
    ...(errnoRet === undefined ? {} : { defaultErrnoRet: errnoRet }),
    architectures: some(d.below(4), () => d.one(siblings)) as NonNullable<Seccomp['architectures']>,
    syscalls: some(d.below(8), () => entry(d, names, values)),
  }
  return { native, profile }
}

/** A profile whose filter is so long that jumps do not reach. */
export function longCase(d: Dice, pool: readonly string[]): Case {
  const { native, profile } = randomCase(d, pool)
  const syscalls = some(100, (): SeccompSyscall => {
    const names = some(4, () => d.one(pool))
    const value = d.below(0x1_0000_0000)
    return { names, ...d.one(answers), ...(d.chance(0.5) ? { args: [{ index: 1, op: 'SCMP_CMP_EQ', value }] } : {}) }
  })
  return { native, profile: { ...profile, syscalls } }
}

const known = (name: string) => architectures[name] as NonNullable<(typeof architectures)[string]>
const some = <T>(length: number, make: () => T): T[] => Array.from({ length }, () => make())

function entry(d: Dice, pool: readonly string[], values: readonly bigint[]): SeccompSyscall {
  const names = some(1 + d.below(4), () => (d.chance(0.95) ? d.one(pool) : 'no_such_call'))
  const args = some(d.one([0, 0, 1, 1, 2, 3]), () => argument(d, values))
  return { names, ...d.one(answers), ...(args.length > 0 || d.chance(0.5) ? { args } : {}) }
}

function argument(d: Dice, values: readonly bigint[]): SeccompArg {
  const op = d.one(operators)
  const value = BigInt.asUintN(64, d.one(values) + d.one([0n, 0n, 0n, 1n, -1n]))
  const arg = { index: d.chance(0.7) ? d.below(3) : d.below(6), op, value: exact(value) }
  return op === 'SCMP_CMP_MASKED_EQ' ? { ...arg, valueTwo: exact(d.one(values)) } : arg
}

const random64 = (d: Dice) => (BigInt(d.below(0x1_0000_0000)) << 32n) + BigInt(d.below(0x1_0000_0000))

// As the loader of config.json represents a number: a bigint if a number would not be exact.
const exact = (value: bigint): number | bigint => (value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value))

/** The same with one action for all rules. */
export function agreed({ native, profile }: Case, d: Dice): Case {
  const answer = d.one(answers)
  const syscalls = profile.syscalls?.map(({ action: _, errnoRet: __, ...entry }) => ({ ...entry, ...answer })) ?? []
  return { native, profile: { ...profile, syscalls } }
}
