import { readFileSync, writeFileSync } from 'node:fs'

const tsv = new URL('../src/kernel/syscalls/syscalls.tsv', import.meta.url)
const out = new URL('../src/kernel/syscalls/table.gen.ts', import.meta.url)

// The calls in the order of their numbers as first argument of socketcall(2) (linux/net.h) and ipc(2) (linux/ipc.h).
const socketcall =
  'socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt ' +
  'getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg'
const ipc = 'semop semget semctl semtimedop msgsnd msgrcv msgget msgctl shmat shmdt shmget shmctl'

// The first place for ARM's private calls, whose numbers begin at 0xf0000.
const FOLD = 600

function index(number: string): number {
  const n = Number(number)
  if (n < FOLD) return n
  if (n > 0xf0000 && n < 0xf0100) return n - 0xf0000 + FOLD
  throw new Error(`no place for the number ${number}`)
}

// Bytecode contains a string literally and uses it in place: nothing must be built or decoded.
function ordered(numbers: readonly (string | undefined)[]): string {
  const units: number[] = []
  for (const [place, number] of numbers.entries()) {
    if (number === undefined || number === '-') continue
    const at = index(number)
    if (units[at] !== undefined) throw new Error(`two calls have the number ${number}`)
    units[at] = place + 1
  }
  return Array.from(units, (unit = 0) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

/** The text of table.gen.ts, made from syscalls.tsv. */
export function table(): string {
  const [origin = '', head = '', ...lines] = readFileSync(tsv, 'utf8').trimEnd().split('\n')
  const abis = head.split('\t').slice(1)
  const rows = new Map(lines.map((line) => [line.slice(0, line.indexOf('\t')), line.split('\t').slice(1)]))
  const first = `${socketcall} ${ipc}`.split(' ')
  const names = [...first, ...[...rows.keys()].filter((name) => !first.includes(name))]
  return `// Written by scripts/gen-syscalls.ts from syscalls.tsv (${origin.slice(2).split('. ')[0]}). Do not edit.

/**
 * The name of every system call: first those of socketcall(2), then those of ipc(2), in their own order; then by the
 * alphabet.
 */
export const names =
  '${names.join(' ')}'

/**
 * For each ABI its calls in the order of their numbers: a code unit is a call's place among the names, the first 1; 0
 * is no call.
 */
export const calls = {
${abis.map((abi, i) => `  ${abi}:\n    '${ordered(names.map((name) => rows.get(name)?.[i]))}',`).join('\n')}
} as const
`
}

if (process.argv[1]?.endsWith('gen-syscalls.ts')) writeFileSync(out, table())
