import { placeholder } from './step.ts'

const placeholderNames: Readonly<Record<string, string>> = {
  [placeholder.id]: '<id>',
  [placeholder.root]: '<root>',
  [placeholder.pid]: '<pid>',
  [placeholder.startTime]: '<start time>',
  [placeholder.now]: '<now>',
  [placeholder.runtimePid]: '<runtime pid>',
  [placeholder.runtimeStart]: '<runtime start time>',
}

/** Text on one line: placeholders by name, control characters escaped. */
export function plain(text: string): string {
  if (!hasControl(text)) return text
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const named = placeholderNames[text.slice(i, i + 2)]
    if (named === undefined) out += isControl(text.charCodeAt(i)) ? escaped(text.charCodeAt(i)) : text[i]
    else {
      out += named
      i++
    }
  }
  return out
}

/** A word, quoted for a shell if it needs quotes. */
export function quote(word: string): string {
  if (hasControl(word)) return `$'${plain(word.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`
  return isSafe(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isControl(text.charCodeAt(i))) return true
  return false
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029
}

function escaped(code: number): string {
  if (code === 0x0a) return '\\n'
  if (code === 0x09) return '\\t'
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
}

function isSafe(word: string): boolean {
  for (const character of word) if (' "\'`$&|;<>()*?[]{}#~!\\'.includes(character)) return false
  return word !== ''
}
