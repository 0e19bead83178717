import { compileFilter } from '../../../src/seccomp/compile.ts'
import { SeccompFailure } from '../../../src/seccomp/failure.ts'
import { type Bpf, type Data, parse, verdict } from './bpf.ts'
import { ENOSYS, isNewer, type Numbers } from './inputs.ts'
import {
  type Answer,
  architectures,
  commands,
  defaultValue,
  type Known,
  machines,
  type Oracle,
  rules,
  value,
} from './libseccomp.ts'
import type { Case, Dice } from './random.ts'

export type Compile = typeof compileFilter

/** A case with libseccomp's answer, and the calls for the comparison. */
export type Trial = { readonly given: Case; readonly expected: Answer | Expected; readonly inputs: readonly Data[] }
export type Expected = (input: Data) => number

/** The first difference between one of our filters and the expected verdicts; undefined if there is none. */
export function difference(
  { given, expected, inputs }: Trial,
  numbers: Numbers,
  make: Compile = compileFilter,
): string | undefined {
  const { bigEndian } = architectures[given.native] as Known
  const ours = filter(given, make, bigEndian)
  if (typeof expected !== 'function' && 'errno' in expected) {
    return ours === undefined ? undefined : print(given, `libseccomp refuses it (${expected.errno}), ours does not`)
  }
  if (ours === undefined) return print(given, 'ours refuses it, libseccomp does not')
  const theirs = typeof expected === 'function' ? expected : judge(expected.filter, given)
  const newer = isNewer(given, numbers)
  for (const input of inputs) {
    const [want, got] = [newer(input) ? ENOSYS : theirs(input), verdict(ours, input)]
    if (want !== got) return print(given, `${hex(want)} expected, ${hex(got)} for ${[...input].map(hex).join(' ')}`)
  }
  return undefined
}

function filter({ profile, native }: Case, make: Compile, bigEndian: boolean): Bpf | undefined {
  try {
    return parse(make(profile, native).filter, bigEndian)
  } catch (error) {
    // By name: a mutant has its own class.
    if (error instanceof Error && error.name === SeccompFailure.name) return undefined
    throw error
  }
}

function judge(filter: Uint8Array, given: Case): Expected {
  const { bigEndian } = architectures[given.native] as Known
  const bpf = parse(filter, bigEndian)
  if (!bigEndian) return (input) => verdict(bpf, input)
  // If libseccomp writes for the other byte order than its own, it swaps the value of a return twice if it repeats the return in a long
  // filter (_gen_bpf_build_jmp_ret). Verdicts have zeros at other ends, so these values can be recognised.
  const known = new Set([
    0,
    defaultValue(given),
    ...(given.profile.syscalls ?? []).map((e) => value(e.action, e.errnoRet)),
  ])
  return (input) => {
    const got = verdict(bpf, input)
    return known.has(got) ? got : swapped(got)
  }
}

function swapped(n: number): number {
  return ((n >>> 24) | ((n >>> 8) & 0xff00) | ((n << 8) & 0xff_0000) | (n << 24)) >>> 0
}

const hex = (n: number) => n.toString(16)

function print(given: Case, what: string): string {
  const number = (_: string, v: unknown) => (typeof v === 'bigint' ? `0x${v.toString(16)}` : v)
  return `${what}\n${JSON.stringify(given, number)}`
}

/** libseccomp's filters of whole profiles. */
export function whole(ask: Oracle, cases: readonly Case[], numbers: Numbers, d: Dice): readonly Answer[] {
  return ask.filters(cases.map((given) => commands(given, isShort(given, numbers) ? d.one([1, 2] as const) : 2)))
}

// Every architecture has all calls: then libseccomp's plain list is as trustworthy as its tree.
function isShort(given: Case, numbers: Numbers): boolean {
  const calls = rules(given).map((rule) => rule.split(' ')[2] as string)
  return machines(given).every((name) => calls.every((call) => call === 'no_such_call' || numbers[name]?.has(call)))
}

/** The verdict of profiles whose rules all have one verdict: the one of the rules' own filters that is not the default. */
export function ruleByRule(ask: Oracle, cases: readonly Case[]): readonly Expected[] {
  const parts = cases.map((given) => {
    const arches = machines(given).map((name) => `ARCH ${architectures[name]?.token}`)
    const one = (rule: readonly string[], optimize: 1 | 2) => [
      `PROFILE ${defaultValue(given)} ${optimize}`,
      ...arches,
      ...rule,
      'END',
    ]
    return [one([], 1), ...rules(given).map((rule) => one([rule], 2))]
  })
  const answers = [...ask.filters(parts.flat())]
  return cases.map((given, i) => {
    const { bigEndian } = architectures[given.native] as Known
    const filters = answers.splice(0, parts[i]?.length).map((answer) => {
      if ('errno' in answer) throw new Error(print(given, `libseccomp refuses a single rule: ${answer.errno}`))
      return parse(answer.filter, bigEndian)
    })
    const byDefault = defaultValue(given)
    return (input) => filters.map((bpf) => verdict(bpf, input)).find((one) => one !== byDefault) ?? byDefault
  })
}
