import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { callsOf, numberAt, places } from '../../src/kernel/syscalls.ts'
import { type Architecture, architecture } from '../../src/seccomp/architectures.ts'
import { compileFilter } from '../../src/seccomp/compile.ts'
import type { Seccomp, SeccompArg, SeccompSyscall } from '../../src/spec/seccomp.ts'
import { type Compile, difference, type Expected, ruleByRule, type Trial, whole } from './seccomp/compare.ts'
import { everything, inputs, type Numbers } from './seccomp/inputs.ts'
import { type Answer, architectures, missing, type Oracle, oracle } from './seccomp/libseccomp.ts'
import { mutants, mutated } from './seccomp/mutants.ts'
import { agreed, type Case, type Dice, dice, longCase, randomCase } from './seccomp/random.ts'
import { passable, trusted } from './seccomp/trust.ts'

// Compares our filters with those of libseccomp by the verdicts for the same calls. SEED makes other profiles than the usual ones.

function register(ask: Oracle): void {
  const known = Object.keys(architectures)
  const numbers: Numbers = Object.fromEntries(known.map((name) => [name, ask.numbers(name)]))
  const ours: Numbers = Object.fromEntries(known.map((name) => [name, table(name)]))
  const agree = (call: string) => known.every((name) => numbers[name]?.get(call) === ours[name]?.get(call))
  const all = new Set(known.flatMap((name) => [...(numbers[name]?.keys() ?? [])]))
  // libseccomp has one pseudo number for these two calls of ppc (__PNR_switch_endian), so on other architectures it confuses them.
  for (const name of ['switch_endian', 'sys_debug_setcontext']) all.delete(name)
  const calls = [...all].filter(agree)
  // Calls that pass through others occur often, because they are few.
  const pool = [...calls, ...Array.from({ length: 4 }, () => passable.filter(agree)).flat()]
  const d = dice(Number(process.env.SEED ?? 20))
  const wholes = lazy(() => randomProfiles(5000, { ask, numbers, pool, d }))
  const parts = lazy(() => randomParts(1000, { ask, numbers, pool, d }))

  test("the tables have libseccomp's numbers", () => {
    const differences = known.flatMap((name) =>
      [...(numbers[name] ?? [])]
        .filter(([call, number]) => ours[name]?.get(call) !== number)
        .map(([call]) => `${name} ${call}`),
    )
    // Long ago the kernel had it only for 32 bits (arch/parisc/kernel/syscalls/syscall.tbl).
    assert.equal(differences, ['SCMP_ARCH_PARISC64 _llseek'])
    assert.ok(calls.length > 450, `only ${calls.length} calls are the same`)
  })

  test('5000 random profiles', () => {
    for (const trial of wholes()) assert.is(difference(trial, numbers), undefined)
  })

  test('1000 random profiles that libseccomp compiles wrongly as a whole, rule by rule', () => {
    for (const trial of parts()) assert.is(difference(trial, numbers), undefined)
  })

  test('the default profiles of docker and podman, on every architecture', () => {
    for (const trial of defaults({ ask, numbers, pool, d })) assert.is(difference(trial, numbers), undefined)
  })

  test('each bug in the compiler is found', async () => {
    const trials = [...defaults({ ask, numbers, pool, d }), ...parts(), ...wholes()]
    const isSeen = (make: Compile) => trials.some((trial) => fails(() => difference(trial, numbers, make)))
    assert.not(isSeen(compileFilter), 'the compiler itself is seen')
    for (const mutant of mutants) {
      assert.ok(isSeen(await mutated(mutant)), `not seen: ${mutant.file}.ts: ${mutant.text} → ${mutant.into}`)
    }
  })
}

function table(name: string): ReadonlyMap<string, number> {
  const { abi, base } = architecture(name) as Architecture
  const calls = callsOf(abi)
  const index = (place: number) => calls.indexOf(String.fromCharCode(place))
  const own = [...places()].filter(([, place]) => index(place) >= 0)
  return new Map(own.map(([call, place]) => [call, numberAt(index(place), base)]))
}

// Random profiles rarely have these. Rule by rule: values of one argument with the same verdict, under a mask without upper bits.
const rareParts = ['SCMP_ARCH_X86_64', 'SCMP_ARCH_S390X'].map((native) =>
  handmade(native, (low) => ({
    index: 1,
    op: 'SCMP_CMP_MASKED_EQ',
    value: 0xfe_ffff_ffff,
    valueTwo: 0x1_0000_0000 + low,
  })),
)
// As a whole: overlapping ranges, and conditions on two arguments that both hold, with different verdicts.
const rareWholes = ['SCMP_ARCH_ARM', 'SCMP_ARCH_S390'].flatMap((native) => [
  handmade(native, (low) => ({ index: 0, op: 'SCMP_CMP_LT', value: 5 * low }), [
    'SCMP_ACT_TRAP',
    'SCMP_ACT_KILL_PROCESS',
  ]),
  handmade(native, (low) => ({ index: 0, op: 'SCMP_CMP_GE', value: 5 * low }), [
    'SCMP_ACT_TRAP',
    'SCMP_ACT_KILL_PROCESS',
  ]),
  handmade(native, (low) => ({ index: low, op: 'SCMP_CMP_NE', value: low }), [
    'SCMP_ACT_TRAP',
    'SCMP_ACT_KILL_PROCESS',
  ]),
])

function handmade(
  native: string,
  arg: (low: number) => SeccompArg,
  actions: readonly SeccompSyscall['action'][] = ['SCMP_ACT_TRAP'],
): Case {
  const syscalls = [1, 2, 3].map((low) => ({
    names: ['prctl'],
    action: actions[low % actions.length] ?? 'SCMP_ACT_TRAP',
    args: [arg(low)],
  }))
  return { native, profile: { defaultAction: 'SCMP_ACT_ALLOW', syscalls } }
}

type Bench = { readonly ask: Oracle; readonly numbers: Numbers; readonly pool: readonly string[]; readonly d: Dice }

function randomProfiles(count: number, { ask, numbers, pool, d }: Bench): readonly Trial[] {
  const direct = pool.filter((call) => !passable.includes(call))
  const random = collect(count, () => {
    const one = d.chance(0.01) ? longCase(d, direct) : randomCase(d, pool)
    return trusted(one) ? one : undefined
  })
  const cases = [...rareWholes, ...random]
  const answers = whole(ask, cases, numbers, d)
  return cases.map((given, i) => ({ given, expected: answers[i] as Answer, inputs: inputs(given, numbers, d) }))
}

function randomParts(count: number, { ask, numbers, pool, d }: Bench): readonly Trial[] {
  const random = collect(count, () => {
    const one = agreed(randomCase(d, pool), d)
    return trusted(one) ? undefined : one
  })
  const cases = [...rareParts, ...random]
  const expected = ruleByRule(ask, cases)
  return cases.map((given, i) => ({ given, expected: expected[i] as Expected, inputs: inputs(given, numbers, d) }))
}

function defaults({ ask, numbers, pool, d }: Bench): readonly Trial[] {
  const cases = ['docker', 'podman'].flatMap((engine) => {
    const file = new URL(`profiles/${engine}.json`, import.meta.url)
    const profile: Seccomp = JSON.parse(readFileSync(file, 'utf8'))
    const elsewhere = (native: string, ...others: NonNullable<Seccomp['architectures']>) => ({
      native,
      profile: { ...profile, architectures: others },
    })
    return [
      { native: 'SCMP_ARCH_X86_64', profile },
      elsewhere('SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'),
      elsewhere('SCMP_ARCH_MIPS64', 'SCMP_ARCH_MIPS', 'SCMP_ARCH_MIPS64N32'),
      elsewhere('SCMP_ARCH_MIPSEL64', 'SCMP_ARCH_MIPSEL', 'SCMP_ARCH_MIPSEL64N32'),
      elsewhere('SCMP_ARCH_S390X', 'SCMP_ARCH_S390'),
      ...Object.keys(architectures).map((native) => elsewhere(native)),
    ]
  })
  // Calls newer than libseccomp 2.5.4 are left out: it does not know them, or not their numbers on all architectures.
  const shared = cases.map(({ native, profile }) => ({
    native,
    profile: { ...profile, syscalls: only(profile.syscalls ?? [], pool) },
  }))
  const answers = whole(ask, shared, numbers, d)
  return shared.map((given, i) => ({ given, expected: answers[i] as Answer, inputs: everything(given, numbers, d) }))
}

function only(entries: readonly SeccompSyscall[], pool: readonly string[]): SeccompSyscall[] {
  return entries.map((entry) => ({ ...entry, names: entry.names.filter((name) => pool.includes(name)) }))
}

function collect(count: number, make: () => Case | undefined): readonly Case[] {
  const found: Case[] = []
  while (found.length < count) {
    const one = make()
    if (one !== undefined) found.push(one)
  }
  return found
}

// The tests above would find it, too: by a difference or by an error.
function fails(attempt: () => string | undefined): boolean {
  try {
    return attempt() !== undefined
  } catch {
    return true
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined
  return () => {
    made ??= { it: make() }
    return made.it
  }
}

const reason = missing()
if (reason === undefined) register(oracle())
else {
  console.log(`skipped: ${reason}`)
  test.skip(`no oracle: ${reason}`)
}
test.run()
