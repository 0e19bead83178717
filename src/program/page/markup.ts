class Html {
  /** Its text in pieces: what is large is put together once, for the page as a whole. */
  readonly parts: readonly string[]

  constructor(parts: readonly string[]) {
    this.parts = parts
  }
}

/** So many characters are put together at once. */
const piece = 65_536

/** A part of a page. Only `element` makes it, for which all other text is text: what a config says never becomes markup. */
export type Markup = Html

/** What stands in an element, one after the other. */
export type Content = Markup | string | number | undefined | readonly Content[]

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** Elements that have no content (HTML, 13.1.2). */
const isVoid = (name: string) => name === 'meta' || name === 'wbr'

/** An element, well-formed as HTML and as XML. */
export function element(name: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const words = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${visible(String(value))}"`],
  )
  const start = `<${name}${words.join('')}`
  if (isVoid(name)) return new Html([`${start}/>`])
  const parts = [`${start}>`]
  put(parts, content)
  parts.push(`</${name}>`)
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  return new Html(size < piece ? [parts.join('')] : parts)
}

function put(parts: string[], content: Content): void {
  if (content === undefined) return
  if (content instanceof Html) for (const part of content.parts) parts.push(part)
  else if (typeof content === 'object') for (const each of content) put(parts, each)
  else parts.push(visible(String(content)))
}

export const textOfMarkup = ({ parts }: Markup): string => parts.join('')

/** Text of a program, which may go on in the next line where a person would break it: after a slash, a comma, a bar. */
export const code = (text: string): Markup => element('code', {}, breakable(text))

/** As much of a text as tells it from others; the whole stands elsewhere on the page. */
export const short = (text: string, most = 160): string => (text.length <= most ? text : `${text.slice(0, most)}…`)

export const breakable = (text: string): Content =>
  text.length > 1000
    ? text
    : text.split(/(?<=[^\s/|,][/|,])(?=[^\s/|,])/).map((part, at) => (at === 0 ? part : [element('wbr', {}), part]))

/** A sheet of our own, which has neither `<` nor `&`: in it a browser reads no entities. */
export const styleSheet = (css: string): Markup => new Html([`<style>${css}</style>`])

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// Also what no reader would see, or what turns the direction in which a line is read, and halves of a pair of surrogates: as JSON writes them.
const special = /[&<>"']|(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

const visible = (text: string) => text.replace(special, (found) => entities[found] ?? escapedUnits(found))

const escapedUnits = (text: string) =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
