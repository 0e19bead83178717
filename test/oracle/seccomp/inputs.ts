import { type Data, data } from './bpf.ts'
import { architectures, type Known, machines } from './libseccomp.ts'
import type { Case, Dice } from './random.ts'
import { passed } from './trust.ts'

/** The calls of every architecture by name, as libseccomp has them. */
export type Numbers = Readonly<Record<string, ReadonlyMap<string, number>>>

// The numbers at which the ranges of x86_64, x32 and other ABIs begin.
const corners = [
  0, 1, 0x3fff_ffff, 0x4000_0000, 0x4000_0001, 0x7fff_ffff, 0x8000_0000, 0xbfff_ffff, 0xc000_0000, 0xffff_fffe,
  0xffff_ffff,
]

/** Calls to test a profile with: its own and their neighbours, with arguments on both sides of each comparison. */
export function inputs(given: Case, numbers: Numbers, d: Dice): readonly Data[] {
  const { bigEndian } = architectures[given.native] as Known
  const pool = argumentsOf(given)
  const asked = new Set(
    (given.profile.syscalls ?? []).filter(({ args = [] }) => args.length > 0).flatMap(({ names }) => names),
  )
  const found: Data[] = []
  const call = (nr: number, audit: number, times: number) => {
    for (let i = 0; i < times; i++) {
      // In half of the cases the arguments are similar, so that two conditions meet more often.
      const common = d.one(pool)
      const args = Array.from({ length: 6 }, () => (d.chance(0.5) ? common : d.one(pool)))
      found.push(data(nr, audit, args, bigEndian))
    }
  }
  for (const name of machines(given)) {
    const { audit, base } = architectures[name] as Known
    for (const nr of [...corners, base - 1, base, 0xf0001]) call(nr >>> 0, audit, 1)
    for (const one of named(given)) {
      const through = passed(one)?.through
      for (const nr of [numbers[name]?.get(one), through === undefined ? undefined : numbers[name]?.get(through)]) {
        if (nr === undefined) continue
        call(nr, audit, asked.has(one) || through !== undefined ? 16 : 1)
        call(nr + 1, audit, 1)
        if (nr > 0) call(nr - 1, audit, 1)
      }
    }
  }
  // A call of an architecture that the profile does not have.
  for (const audit of [0xc000_003e, 0x4000_0003, 0x8000_0016, 0x0000_0008, 0xc000_0102, 0])
    call(d.one([0, 1, 59, 102]), audit, 1)
  return found
}

/** All numbers that an architecture of the profile may have, used or not. */
export function everything(given: Case, numbers: Numbers, d: Dice): readonly Data[] {
  const { bigEndian } = architectures[given.native] as Known
  const found = [...inputs(given, numbers, d)]
  for (const name of machines(given)) {
    const { audit, base } = architectures[name] as Known
    for (let nr = base; nr < base + 600; nr++) found.push(data(nr, audit, [0n, 1n, 2n, 3n, 4n, 5n], bigEndian))
  }
  return found
}

/** All names of a profile. */
export const named = ({ profile }: Case): ReadonlySet<string> =>
  new Set((profile.syscalls ?? []).flatMap(({ names }) => names))

function argumentsOf({ profile }: Case): readonly bigint[] {
  const args = (profile.syscalls ?? []).flatMap(({ args = [] }) => args)
  const data = args.flatMap(({ value, valueTwo = 0 }) => [
    BigInt(value),
    BigInt(valueTwo),
    BigInt(value) & BigInt(valueTwo),
  ])
  const near = data.flatMap((v) => [
    v,
    v - 1n,
    v + 1n,
    v & 0xffff_ffffn,
    v >> 32n,
    (v >> 32n) << 32n,
    v ^ (1n << 32n),
    v ^ (1n << 63n),
  ])
  // The numbers of calls, for calls that multiplex others.
  return [...new Set([0n, 1n, 2n, 5n, 11n, 21n, 0xffff_ffff_ffff_ffffn, ...near].map((v) => BigInt.asUintN(64, v)))]
}

/**
 * The calls for which runc puts ENOSYS before libseccomp's filter (its patchbpf): above the highest one that the profile names, unless the
 * default allows calls; separately on x86_64 and x32; and setup(2) of s390.
 */
export function isNewer(given: Case, numbers: Numbers): (input: Data) => boolean {
  if (['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'].includes(given.profile.defaultAction)) return () => false
  const highest = new Map<string, number>()
  for (const machine of machines(given)) {
    const { audit, base, multiplexes } = architectures[machine] as Known
    const all = [...named(given)].flatMap((name) => [name, ...(multiplexes ? [passed(name)?.through ?? name] : [])])
    const most = Math.max(0, ...all.map((name) => numbers[machine]?.get(name) ?? 0))
    if (most > 0) highest.set(`${audit} ${base === 0x4000_0000}`, most)
  }
  return ([nr = 0, audit = 0]) => {
    const x32 = audit === 0xc000_003e && (nr & 0x4000_0000) !== 0
    const most = highest.get(`${audit} ${x32}`)
    if (most === undefined) return false
    return nr > most || (nr === 0 && (audit === 0x16 || audit === 0x8000_0016))
  }
}

export const ENOSYS = 0x0005_0026
