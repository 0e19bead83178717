// glibc uses 32 and 33 itself, so SIGRTMIN is 34 for users (signal(7)).
const rtMin = 34
const rtMax = 64

/** A signal by number (0 to 64; 0 only tests whether the process exists) or name: `9`, `KILL`, `SIGKILL`, `sigkill`, `RTMIN+2`, `RTMAX-1`. */
export function signalNumber(text: string): number | undefined {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper.slice(3) : upper
  const number = decimal(text)
  if (number !== undefined) return number <= rtMax ? number : undefined
  if (name.startsWith('RTMIN')) return realTime(rtMin, '+', name.slice(5))
  if (name.startsWith('RTMAX')) return realTime(rtMax, '-', name.slice(5))
  return Object.hasOwn(signals, name) ? signals[name] : undefined
}

/** The name of a signal, with SIG: `SIGKILL`, `SIGRTMIN+2`. */
export function signalName(number: number): string {
  for (const name of Object.keys(signals)) if (signals[name] === number) return `SIG${name}`
  if (number < rtMin || number > rtMax) return `signal ${number}`
  return number === rtMin ? 'SIGRTMIN' : `SIGRTMIN+${number - rtMin}`
}

/** The names of the signals that have one, without SIG. */
export const signalNames = (): string[] => Object.keys(signals)

function realTime(base: number, sign: '+' | '-', offset: string): number | undefined {
  if (offset === '') return base
  const distance = offset.startsWith(sign) ? decimal(offset.slice(1)) : undefined
  if (distance === undefined || distance > rtMax - rtMin) return undefined
  return sign === '+' ? base + distance : base - distance
}

// Digits alone: Number() would also take '', ' 9', '0x9', '9e0' and '9.0'.
function decimal(text: string): number | undefined {
  if (text.length === 0 || text.length > 3) return undefined
  for (const digit of text) if (digit < '0' || digit > '9') return undefined
  return Number(text)
}

const signals: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
  // Second names, after the first so that signalName finds the first.
  IOT: 6,
  CLD: 17,
  POLL: 29,
}

export const SIGKILL = 9
export const SIGTERM = 15
