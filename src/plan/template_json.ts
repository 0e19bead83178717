/** Strings with placeholders as a JSON array that still has the placeholders: JSON.stringify alone would escape their NULs. */
export function templateJson(texts: readonly string[]): string {
  const json = JSON.stringify(texts)
  if (!json.includes('\\u0000')) return json
  // A string with a backslash can look like an escaped NUL.
  return json.includes('\\\\') ? `[${texts.map(one).join(',')}]` : json.replaceAll('\\u0000', '\0')
}

function one(text: string): string {
  const [first = '', ...rest] = text.split('\0')
  let out = inner(first)
  for (const part of rest) out += `\0${part.slice(0, 1)}${inner(part.slice(1))}`
  return `"${out}"`
}

function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
