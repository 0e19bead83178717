import type { SeccompArg } from '../../../src/spec/seccomp.ts'
import { alternatives, architectures, defaultValue, machines, value } from './libseccomp.ts'
import type { Case } from './random.ts'

// libseccomp 2.5.4 compiles some profiles wrongly, so its filters cannot verify ours. It has these bugs:
//
// 1. If a rule does not match, it continues with the next rule of the same call, but with another word of an argument than this rule was
//    compiled for, if both use the same argument: `a0 <= 2^63` and `a0 <= 5` compares the low word of 6 with the high word of 2^63.
// 2. A call that an architecture does not have, named without conditions, may become the first in the list of this architecture. Then
//    the load of the number is left out (_gen_bpf_syscalls). The binary tree, which runc uses for 33 rules and more, has its own load.
// 3. Rules of one call with different actions: `a & b → X` before `a → Y` is refused; in the reverse order `a & b` is dropped. Our compiler
//    drops it in both orders. Two rules that differ only in the action are refused, even if a third one hides both; ours accepts these. For
//    libseccomp a mask of all bits differs from equality; for ours they are the same, and so refused. With ranges, rules with different
//    operators share nodes, and the result depends on their order.
//
// So complete profiles are compared if no two rules of a call use the same argument, except in simple cases. The other profiles are compared
// rule by rule if all their rules have one action.

type Conditions = readonly SeccompArg[]
type Rule = { readonly conditions: Conditions; readonly verdict: number }

/** Whether libseccomp can be trusted with this complete profile. */
export function trusted(given: Case): boolean {
  const narrow = machines(given).every((name) => architectures[name]?.bits === 32)
  return [...byCall(given).values()].every((rules) => {
    const hidden = rules.some(({ conditions }) => conditions.length === 0)
    return rules.every((a, i) =>
      rules.slice(i + 1).every((b) => apart(a, b) || (plain(a, b, narrow) && !(hidden && contrary(a, b)))),
    )
  })
}

function byCall(given: Case): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>()
  const multiplexes = machines(given).some((name) => architectures[name]?.multiplexes)
  const put = (call: string, rule: Rule) => found.set(call, [...(found.get(call) ?? []), rule])
  for (const entry of given.profile.syscalls ?? []) {
    const verdict = value(entry.action, entry.errnoRet)
    if (verdict === defaultValue(given)) continue
    for (const conditions of alternatives(entry))
      for (const name of entry.names) {
        put(name, { conditions, verdict })
        const by = multiplexes ? passed(name) : undefined
        if (by === undefined) continue
        const first: SeccompArg = { index: 0, op: 'SCMP_CMP_EQ', value: by.number }
        put(by.through, { conditions: [first, ...conditions.filter(({ index }) => index !== 0)], verdict })
      }
  }
  return found
}

const apart = (a: Rule, b: Rule) =>
  !a.conditions.some(({ index }) => b.conditions.some((other) => other.index === index))

// One condition each: values with the same upper half, or on 32-bit architectures values, or the same operator, or
// anything to the same end.
function plain(a: Rule, b: Rule, narrow: boolean): boolean {
  const [first, ...more] = a.conditions
  const [second, ...others] = b.conditions
  if (first === undefined || second === undefined || more.length + others.length > 0) return false
  if (isValue(first) && isValue(second)) {
    if (narrow) return true
    const both = first.op === 'SCMP_CMP_NE' && second.op === 'SCMP_CMP_NE'
    return high(first) === high(second) && (a.verdict === b.verdict || !both)
  }
  return narrow && (a.verdict === b.verdict || first.op === second.op)
}

const contrary = (a: Rule, b: Rule) =>
  a.verdict !== b.verdict && JSON.stringify(a.conditions, text) === JSON.stringify(b.conditions, text)
const text = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)

const isValue = ({ op }: SeccompArg) => op === 'SCMP_CMP_EQ' || op === 'SCMP_CMP_NE'
const high = ({ value }: SeccompArg) => BigInt(value) >> 32n

const socketcall = (
  'socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt ' +
  'getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg'
).split(' ')
const ipc: Readonly<Record<string, number>> = {
  semop: 1, semget: 2, semctl: 3, semtimedop: 4, msgsnd: 11, msgrcv: 12, msgget: 13, msgctl: 14, shmat: 21, shmdt: 22, shmget: 23, shmctl: 24,
} // biome-ignore format: a table

/** The call that multiplexes it on some architectures, and its number there. */
export function passed(name: string): { readonly through: string; readonly number: number } | undefined {
  if (socketcall.includes(name)) return { through: 'socketcall', number: socketcall.indexOf(name) + 1 }
  const number = ipc[name]
  return number === undefined ? undefined : { through: 'ipc', number }
}

export const passable: readonly string[] = [...socketcall, ...Object.keys(ipc), 'socketcall', 'ipc']
