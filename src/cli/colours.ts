import type { Native } from '../native/table.ts'

/** Select Graphic Rendition, console_codes(4): of what every terminal has. */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const

/** Gives a text a colour. */
export type Paint = (colour: keyof typeof codes, text: string) => string

type Terminal = Pick<Native, 'columns' | 'env'>

/** Colours where `fd` is a terminal that has them, and nobody has said NO_COLOR (https://no-color.org); elsewhere the text as it is. */
export function paintOf(native: Terminal, fd: 1 | 2): Paint {
  const isPlain = native.columns(fd) < 0 || native.env('TERM') === 'dumb' || isSet(native.env('NO_COLOR'))
  return (colour, text) => (isPlain || text === '' ? text : `\x1b[${codes[colour]}m${text}\x1b[0m`)
}

const isSet = (value: string | number) => typeof value === 'string' && value !== ''

const warning = 'ocits: warning: '
const error = 'ocits: '

/** Lines for stderr: who speaks in a colour of its own, and the place of the config that is meant. */
export function painted(native: Terminal, lines: string): string {
  const paint = paintOf(native, 2)
  const one = (text: string) => {
    const isWarning = text.startsWith(warning)
    const who = isWarning ? warning : text.startsWith(error) ? error : ''
    const rest = text.slice(who.length)
    const end = rest.indexOf(': ')
    const place = rest.slice(0, Math.max(end, 0)).includes('config.json') ? rest.slice(0, end) : ''
    const shown = paint(isWarning ? 'yellow' : 'red', who.trimEnd())
    return `${shown}${who === '' ? '' : ' '}${paint('cyan', place)}${rest.slice(place.length)}`
  }
  return lines.split('\n').map(one).join('\n')
}
