/** An element of a page with its content. */
export type Node = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (Node | string)[]
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/**
 * Reads a page as strictly as XML: elements are closed in their order, values of attributes are quoted and given once, and text contains no
 * `<`, `&` or `"`. Throws with the place of the first fault.
 */
export function parsed(page: string): Node {
  const start = '<!DOCTYPE html>\n'
  if (!page.startsWith(start)) throw new Error('it does not begin as a page')
  const reader = { page, at: start.length }
  const root = elementAt(reader)
  if (page.slice(reader.at) !== '\n') throw fault(reader, 'something stands behind the page')
  return root
}

type Reader = { readonly page: string; at: number }

const fault = ({ page, at }: Reader, why: string) =>
  new Error(`${why}, at ${at}: ${JSON.stringify(page.slice(Math.max(at - 60, 0), at + 60))}`)

function take(reader: Reader, pattern: RegExp): RegExpExecArray {
  const sticky = new RegExp(pattern, 'y')
  sticky.lastIndex = reader.at
  const found = sticky.exec(reader.page)
  if (found === null) throw fault(reader, `no ${pattern}`)
  reader.at = sticky.lastIndex
  return found
}

function elementAt(reader: Reader): Node {
  const [, name = '', words = '', end] = take(reader, /<([a-z][a-z0-9]*)((?: [a-z-]+="[^"<]*")*)(\/?)>/)
  const attributes = new Map<string, string>()
  for (const [, key = '', value = ''] of words.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
    if (attributes.has(key)) throw fault(reader, `${key} is given twice`)
    attributes.set(key, plainText(reader, value))
  }
  const children: (Node | string)[] = []
  if (end === '/') return { name, attributes, children }
  while (!reader.page.startsWith('</', reader.at)) {
    if (reader.page[reader.at] === '<') children.push(elementAt(reader))
    else children.push(plainText(reader, take(reader, /[^<]+/)[0]))
  }
  const [, closed] = take(reader, /<\/([a-z0-9]+)>/)
  if (closed !== name) throw fault(reader, `${closed} is closed in ${name}`)
  return { name, attributes, children }
}

function plainText(reader: Reader, text: string): string {
  return text.replace(/&([^;]*;?)/g, (_, name: string) => {
    const sign = entities[name.slice(0, -1)]
    if (sign === undefined) throw fault(reader, `&${name} is no entity of ours`)
    return sign
  })
}

/** All elements, in their order. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const child of node.children) if (typeof child !== 'string') yield* nodesOf(child)
}

/** The text that a reader sees. */
export const textIn = (node: Node): string =>
  node.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('')

/** The only element with this id. */
export function withId(page: Node, id: string): Node {
  const [found, ...more] = [...nodesOf(page)].filter(({ attributes }) => attributes.get('id') === id)
  if (found === undefined || more.length > 0)
    throw new Error(`${id} is there ${found === undefined ? 0 : more.length + 1} times`)
  return found
}
