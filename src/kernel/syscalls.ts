import { calls, names } from './syscalls/table.gen.ts'

/** A table of system calls. The two byte orders of one architecture share theirs. */
export type Abi = keyof typeof calls

/** All system calls by name, with their index in the list of all; the first is 1. */
export function places(): Map<string, number> {
  const all = names.split(' ')
  const places = new Map<string, number>()
  for (let i = 0; i < all.length; i++) places.set(all[i] as string, i + 1)
  return places
}

/** The calls of an ABI in the order of their numbers: each code unit is such an index, or 0 for no call. */
export const callsOf = (abi: Abi): string => calls[abi]

// ARM's private calls (asm/unistd.h: __ARM_NR_BASE) are far from the others: the table has them from here on.
const FOLD = 600
const ARM_PRIVATE = 0xf0000

/** The number of the call at an index of `callsOf`, in an ABI whose numbers begin at `base`. */
export const numberAt = (index: number, base: number): number =>
  index < FOLD ? base + index : ARM_PRIVATE + index - FOLD

/** The calls of old ABIs that carry other calls, with the indices of those. */
export const passing = [
  { through: 'socketcall', first: 1, last: 20 },
  { through: 'ipc', first: 21, last: 32 },
] as const

/** The last index of a call that another one carries. */
export const PASSED = 32

/** The number by which socketcall(2) or ipc(2) carries such a call: their first argument. */
export function passedNumber(place: number): number {
  // linux/net.h: SYS_SOCKET 1 to SYS_SENDMMSG 20.
  if (place <= 20) return place
  // linux/ipc.h: SEMOP 1 to SEMTIMEDOP 4, MSGSND 11 to MSGCTL 14, SHMAT 21 to SHMCTL 24.
  const nth = place - 21
  return 10 * (nth >> 2) + (nth & 3) + 1
}
