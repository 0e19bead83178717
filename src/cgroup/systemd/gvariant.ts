import { VariantError } from './cursor.ts'
import { type Node, parseText } from './gvariant_text.ts'
import { typesOf, type Value, type Variant } from './value.ts'

/**
 * A GVariant in text form, as annotations have it (`uint64 5`, `['a', 'b']`, `@as []`), as a value of D-Bus. Without a type a number is an
 * int32, or a double where it has a point. Throws VariantError.
 */
export function parseVariant(text: string): Variant {
  return boxed(parseText(text))
}

/** A type, and whether it is only assumed: `1` may be any type of number, `"a"` may be a path. An empty list has the type '': it may be any. */
type Guess = { readonly signature: string; readonly weak: boolean }

function inferred(node: Node): Guess {
  switch (node.is) {
    case 'boolean':
      return { signature: 'b', weak: false }
    case 'number':
      return isFloat(node.text) ? { signature: 'd', weak: false } : { signature: 'i', weak: true }
    case 'string':
      return { signature: 's', weak: true }
    case 'bytes':
      return { signature: 'ay', weak: false }
    case 'variant':
      return { signature: 'v', weak: false }
    case 'typed':
      return { signature: complete(node.signature), weak: false }
    case 'array':
      return compound('a', [common(node.items)], '')
    case 'tuple':
      return compound('(', node.items.map(inferred), ')')
    case 'dict':
      return compound(
        'a{',
        [common(node.entries.map(([key]) => key)), common(node.entries.map(([, item]) => item))],
        '}',
      )
  }
}

// If one item states its type, it is the type of all items.
function common(items: readonly Node[]): Guess {
  const guesses = items.map(inferred).filter(({ signature }) => signature !== '')
  return guesses.find(({ weak }) => !weak) ?? guesses[0] ?? { signature: '', weak: true }
}

// The type of a compound is known only if the types of all its parts are.
function compound(open: string, parts: readonly Guess[], close: string): Guess {
  const known = parts.every(({ signature }) => signature !== '')
  const signature = known ? `${open}${parts.map((each) => each.signature).join('')}${close}` : ''
  return { signature, weak: parts.some(({ weak }) => weak) }
}

function complete(signature: string): string {
  if (typesOf(signature)?.length === 1) return signature
  const shown = signature.length > 40 ? `${signature.slice(0, 40)}…` : signature
  throw new VariantError(`not a type: ${JSON.stringify(shown)}`)
}

function isFloat(text: string): boolean {
  return !text.includes('x') && (text.includes('.') || text.includes('e'))
}

function typed(node: Node, signature: string): Value {
  switch (node.is) {
    case 'boolean':
      if (signature === 'b') return node.value
      break
    case 'number':
      return numberOf(node.text, signature)
    case 'string':
      if (isText(node.text, signature)) return node.text
      break
    case 'bytes':
      if (signature === 'ay') return node.bytes
      break
    case 'variant':
      if (signature === 'v') return boxed(node.of)
      break
    case 'typed':
      if (complete(node.signature) === signature) return typed(node.of, signature)
      break
    case 'array':
      if (signature.startsWith('a') && !signature.startsWith('a{')) return node.items.map(of(signature.slice(1)))
      break
    case 'tuple':
      if (signature.startsWith('(')) return items(node.items, typesOf(signature.slice(1, -1)) ?? [], signature)
      break
    case 'dict':
      if (signature.startsWith('a{')) return node.entries.map((each) => items(each, entryTypes(signature), signature))
      break
  }
  throw new VariantError(`a ${node.is} is no ${JSON.stringify(signature)}`)
}

const of = (signature: string) => (node: Node) => typed(node, signature)

const entryTypes = (signature: string) => typesOf(signature.slice(2, -1)) ?? []

function items(nodes: readonly Node[], types: readonly string[], signature: string): readonly Value[] {
  if (nodes.length !== types.length) throw new VariantError(`not as many values as ${JSON.stringify(signature)} has`)
  return nodes.map((node, i) => typed(node, types[i] ?? ''))
}

function boxed(node: Node): Variant {
  const { signature } = inferred(node)
  if (signature === '') throw new VariantError('an empty value needs its type, such as @as []')
  return { signature, value: typed(node, complete(signature)) }
}

const integers: Readonly<Record<string, readonly [low: bigint, high: bigint]>> = {
  y: [0n, 0xffn],
  n: [-0x8000n, 0x7fffn],
  q: [0n, 0xffffn],
  i: [-0x8000_0000n, 0x7fff_ffffn],
  h: [-0x8000_0000n, 0x7fff_ffffn],
  u: [0n, 0xffff_ffffn],
  x: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  t: [0n, 0xffff_ffff_ffff_ffffn],
}

function numberOf(text: string, signature: string): number | bigint {
  if (signature === 'd') return double(text)
  const range = integers[signature]
  if (range === undefined) throw new VariantError(`a number is no ${JSON.stringify(signature)}`)
  const number = integer(text)
  if (number < range[0] || number > range[1]) throw new VariantError(`${text} is out of range`)
  return Number.isSafeInteger(Number(number)) ? Number(number) : number
}

function double(text: string): number {
  const number = Number(text)
  if (Number.isNaN(number)) throw new VariantError(`not a number: ${text}`)
  return number
}

// As strtoll(3) with base 0: 0x5f is hexadecimal, 017 octal.
function integer(text: string): bigint {
  const negative = text.startsWith('-')
  const digits = text.startsWith('+') || negative ? text.slice(1) : text
  const octal = digits.length > 1 && digits.startsWith('0') && !digits.startsWith('0x')
  const all = octal ? '01234567' : digits.startsWith('0x') ? '0123456789abcdefABCDEF' : '0123456789'
  const body = digits.startsWith('0x') ? digits.slice(2) : digits
  if (body === '' || [...body].some((digit) => !all.includes(digit))) throw new VariantError(`not an integer: ${text}`)
  const number = BigInt(octal ? `0o${body}` : digits)
  return negative ? -number : number
}

function isText(text: string, signature: string): boolean {
  if (signature === 's') return true
  return signature === 'o' ? isPath(text) : signature === 'g' && typesOf(text) !== undefined
}

/** /, or words of letters, digits and _ between slashes. */
function isPath(text: string): boolean {
  if (text === '/') return true
  const [first, ...words] = text.split('/')
  return first === '' && words.length > 0 && words.every(isPathWord)
}

function isPathWord(word: string): boolean {
  for (const letter of word.toLowerCase()) {
    if (!(letter >= 'a' && letter <= 'z') && !(letter >= '0' && letter <= '9') && letter !== '_') return false
  }
  return word !== ''
}
