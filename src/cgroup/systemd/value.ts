/** A value of D-Bus, of the type that its signature says (D-Bus Specification, Type System). Structs and dict entries are lists. */
export type Value = number | bigint | boolean | string | Uint8Array | Variant | readonly Value[]

/** A value with its signature, as `v` carries it. */
export type Variant = { readonly signature: string; readonly value: Value }

/** A property of a unit. */
export type Property = { readonly name: string; readonly value: Variant }

export const variant = (signature: string, value: Value): Variant => ({ signature, value })

// D-Bus Specification, Valid Signatures. A dict entry counts as a struct.
const longest = 255
const deepest = 32

type Depth = { readonly arrays: number; readonly structs: number }

const below = ({ arrays, structs }: Depth, kind: keyof Depth): Depth =>
  kind === 'arrays' ? { arrays: arrays + 1, structs } : { arrays, structs: structs + 1 }

/** The end of the first complete type in a signature from `at`; -1 if there is none. */
function typeEnd(signature: string, at: number, depth: Depth): number {
  if (depth.arrays > deepest || depth.structs > deepest) return -1
  const letter = signature.charAt(at)
  if (letter === '') return -1
  if ('ybnqiuxtdsogvh'.includes(letter)) return at + 1
  if (letter === 'a') {
    const end = signature.charAt(at + 1) === '{' ? entryEnd : typeEnd
    return end(signature, at + 1, below(depth, 'arrays'))
  }
  if (letter !== '(') return -1
  let end = at + 1
  while (signature.charAt(end) !== ')') {
    end = typeEnd(signature, end, below(depth, 'structs'))
    if (end < 0) return -1
  }
  return end === at + 1 ? -1 : end + 1
}

// A dict entry is allowed only in an array, and its key has a basic type.
function entryEnd(signature: string, at: number, depth: Depth): number {
  if (!'ybnqiuxtdsogh'.includes(signature.charAt(at + 1)) || signature.charAt(at + 1) === '') return -1
  const end = typeEnd(signature, at + 2, below(depth, 'structs'))
  return end >= 0 && signature.charAt(end) === '}' ? end + 1 : -1
}

/** The complete types of a signature; undefined if the text is not a signature. */
export function typesOf(signature: string): readonly string[] | undefined {
  const types: string[] = []
  if (signature.length > longest) return undefined
  for (let at = 0; at < signature.length; ) {
    const end = typeEnd(signature, at, { arrays: 0, structs: 0 })
    if (end < 0) return undefined
    types.push(signature.slice(at, end))
    at = end
  }
  return types
}
