// The patterns of the schemas, and that of a number, as plain loops, as the hot path has no regular expressions. The generator of the validator
// has the function for each pattern, and a test compares the two.

/** `^RLIMIT_[A-Z]+$` */
export function isRlimitType(text: string): boolean {
  return text.startsWith('RLIMIT_') && text.length > 7 && spans(text, 7, text.length, isUpper)
}

/** `^[0-9, :/-]*$` */
export function isCpuList(text: string): boolean {
  return spans(text, 0, text.length, (code) => isDigit(code) || ', :/-'.includes(String.fromCharCode(code)))
}

/** `^[1-9][0-9]*[KMG]B$` */
export function isPageSize(text: string): boolean {
  const unit = text.length - 2
  if (unit < 1 || text[0] === '0' || text[unit + 1] !== 'B') return false
  return 'KMG'.includes(text.charAt(unit)) && spans(text, 0, unit, isDigit)
}

/** `^MB:[^\n]*$` */
export function isMemBwSchema(text: string): boolean {
  return text.startsWith('MB:') && !text.includes('\n')
}

/** `^[0-9]+$` */
export function isDigits(text: string): boolean {
  return text !== '' && spans(text, 0, text.length, isDigit)
}

function spans(text: string, from: number, to: number, allowed: (code: number) => boolean): boolean {
  for (let i = from; i < to; i++) if (!allowed(text.charCodeAt(i))) return false
  return true
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39
const isUpper = (code: number) => code >= 0x41 && code <= 0x5a
