import type { SeccompArg } from '../../../src/spec/seccomp.ts'
import { alternatives, architectures, defaultValue, machines, value } from './libseccomp.ts'
import type { Case } from './random.ts'

// libseccomp 2.5.4 makes wrong filters of some profiles; they are no measure of ours. What it gets wrong:
//
// 1. Where a rule does not fit, it goes on to the next rule of the same call with another word of an argument than that
//    one was compiled for, if both look at the same argument: `a0 <= 2^63` and `a0 <= 5` compares the low word of 6
// with
//    the high word of 2^63. 2. A call that an architecture does not have, named without conditions, can come to stand
// first in that architecture's
//    list, where the load of the number is left out with it (_gen_bpf_syscalls). The binary tree, which runc asks for
//    from 33 rules up, has a load of its own.
// 3. Rules of one call with different actions: `a & b → X` then `a → Y` is refused, the other way round `a & b` is
//    dropped. Ours drops it both ways. Two that differ in nothing but the action are refused, even if a third hides
// both;
//    ours takes those. To libseccomp a mask of all bits is another condition than equality; to ours they are one, and
// so
//    refused. With ranges, nodes are shared that stand for other operators, and the order depends on who came first.
//
// So whole profiles are compared where no two rules of a call look at the same argument, but for plain cases. Of the
// others those whose rules all have one action are compared rule by rule.

type Conditions = readonly SeccompArg[]
type Rule = { readonly conditions: Conditions; readonly verdict: number }

/** Whether libseccomp can be trusted with all of this profile. */
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

/** What a call goes through on architectures that multiplex, and its number there. */
export function passed(name: string): { readonly through: string; readonly number: number } | undefined {
  if (socketcall.includes(name)) return { through: 'socketcall', number: socketcall.indexOf(name) + 1 }
  const number = ipc[name]
  return number === undefined ? undefined : { through: 'ipc', number }
}

export const passable: readonly string[] = [...socketcall, ...Object.keys(ipc), 'socketcall', 'ipc']
