/** Whether a name cannot be a word of a line: it is empty, or has a blank or a control character. */
export function hasBlank(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) <= 0x20) return true
  return name === ''
}
