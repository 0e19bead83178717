import type { Kind } from '../step/table.ts'

/**
 * THE wire format: what crosses between TypeScript and C. The encoder (encode.ts), the one in C (native/engine/pack.c), the reader of a
 * program (native/wire/interpret.c), the writer of an outcome (native/wire/outcome.c) and its decoder (outcome.ts) take their numbers
 * from here, C by native/wire/format.gen.h. All numbers are little endian and unaligned.
 *
 * A program: the header, then the steps.
 *
 *   0   magic
 *   8   u32 size of the whole program
 *   12  u32 number of steps
 *   16  u32 fault: the index of the step that must fail with EIO, for tests; 0xffffffff: none
 *   20  u32 format: a hash of the version and of the table of steps (format.gen.ts)
 *
 * A step: u16 op (its position in the table), u8 actor, u8 zero, u32 size of its arguments, the arguments in the order of the table:
 *
 *   str, text     u32 length, bytes, NUL (not counted)
 *   bytes         u32 length, bytes
 *   strs          u32 count, u32 size of what follows; zeros up to a multiple of 8 from the program's start; (count + 1) × 8 zero bytes,
 *                 where C puts its pointers; then each a str
 *   texts         u32 count, each a text
 *   u32s          u32 count, each a u32
 *   wide, device  u64
 *   number, bool  u32
 *
 * An outcome, what `execute` answers with:
 *
 *   i32 index of the failed step or -1, i32 errno, i32 pid of the init (0: none), i32 exit status of the init as 0-255 or 128 + signal
 *   (-1: not waited for), u64 start time of the init, u32 1 if the failed step was the init's own after `start` (the index is then one of
 *   the create program's), u32 reason, u32 length + bytes of the detail; then u32 count of notes (lenient steps that failed), each i32 index,
 *   i32 errno, u32 length + bytes.
 *
 * The detail is a few words from the kernel or a hook: the path component that failed, fsopen's log line, a hook's output. It is data,
 * never a format. What C itself knows of the reason is a number.
 */

/** `OCITS`, two zeros, and the version of the format. */
export const magic: readonly number[] = [0x4f, 0x43, 0x49, 0x54, 0x53, 0, 0, 1]

/** The offsets of the header's fields. */
export const sizeAt = 8
export const countAt = 12
export const faultAt = 16
export const formatAt = 20
export const headerSize = 24
/** The size of what comes before the arguments of a step. */
export const stepHeadSize = 8
export const noFault = 0xffffffff

/** Messages between the parent and the init, and between `start` and the init; the first is 1. */
export const messages = ['GO', 'FAILED', 'NOTE', 'PID', 'LISTENER', 'READY', 'TERMINAL'] as const

/** The encoding of a kind of argument, as a letter: all that C has to know about it. */
export const letters = {
  s: 'STR',
  t: 'TEXT',
  S: 'STRS',
  T: 'TEXTS',
  r: 'BYTES',
  n: 'NUMBER',
  N: 'NUMBERS',
  w: 'WIDE',
  b: 'BOOL',
  d: 'DEVICE',
} as const
type Letter = keyof typeof letters

/** The encoding of each kind. */
export const letterOf: Readonly<Record<Kind, Letter>> = {
  str: 's',
  text: 't',
  strs: 'S',
  texts: 'T',
  bytes: 'r',
  u32: 'n',
  u32s: 'N',
  u64: 'w',
  bool: 'b',
  mode: 'n',
  node: 'n',
  namespaces: 'n',
  attrs: 'w',
  cleared: 'w',
  rattrs: 'w',
  rcleared: 'w',
  propagation: 'n',
  caps: 'w',
  device: 'd',
  signal: 'n',
  rlimit: 'n',
  fills: 'n',
  slot: 'n',
}

/** The reason of a failure, where C knows more than the errno. The number in an outcome is the index. */
export const reasons = [
  ['NO_REASON', ''],
  ['INIT_KILLED', 'the init was killed'],
  ['INIT_DIED', 'the init died'],
  ['INIT_KILLED_EARLY', 'the init was killed before it executed the program'],
] as const
export const initKilled = 1
