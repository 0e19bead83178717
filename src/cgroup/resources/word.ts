/** Whether a name would break the line of a file of the kernel: it is empty, or has a blank or a control character. */
export function hasBlank(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) <= 0x20) return true
  return name === ''
}
