import { UsageError } from '../failure.ts'

/** Nanoseconds of each unit, as time.ParseDuration of Go has them. */
const units: { readonly [unit: string]: number } = {
  ns: 1,
  us: 1e3,
  µs: 1e3, // U+00B5
  μs: 1e3, // U+03BC
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** A time as Go writes it, `1m30s`, `1.5h`, `500ms`, in milliseconds; throws a UsageError, in runc's words, for anything else. */
export function durationOf(flag: string, text: string): number {
  const nanoseconds = nanosecondsOf(text)
  if (nanoseconds !== undefined) return nanoseconds / 1e6
  const rule = 'expected a duration, as 10s, 1m30s or 500ms'
  throw new UsageError('ARGUMENT', `invalid value ${JSON.stringify(text)} for flag -${flag}: parse error: ${rule}`)
}

function nanosecondsOf(text: string): number | undefined {
  const sign = text.startsWith('-') || text.startsWith('+') ? text.charAt(0) : ''
  let rest = text.slice(sign.length)
  if (rest === '0') return 0
  let all = rest === '' ? undefined : 0
  while (rest !== '' && all !== undefined) {
    const number = leading(rest, isOfNumber)
    const unit = leading(rest.slice(number.length), (sign) => !isOfNumber(sign))
    const value = isOne(number) ? Number(number) : undefined
    const each = Object.hasOwn(units, unit) ? units[unit] : undefined
    all = value === undefined || each === undefined ? undefined : all + value * each
    rest = rest.slice(number.length + unit.length)
  }
  return all === undefined || sign !== '-' ? all : -all
}

const isOfNumber = (sign: string) => sign === '.' || (sign >= '0' && sign <= '9')

/** Digits, with at most one dot among them. */
const isOne = (number: string) => number !== '' && number !== '.' && number.indexOf('.') === number.lastIndexOf('.')

function leading(text: string, is: (sign: string) => boolean): string {
  let end = 0
  while (end < text.length && is(text.charAt(end))) end++
  return text.slice(0, end)
}
