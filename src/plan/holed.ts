/** A text with holes as a string of JSON that still has them; JSON.stringify would escape their NULs. */
export function holed(text: string): string {
  const [first = '', ...rest] = text.split('\0')
  let out = inner(first)
  for (const part of rest) out += `\0${part.slice(0, 1)}${inner(part.slice(1))}`
  return `"${out}"`
}

function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
