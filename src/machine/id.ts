import { UsageError } from '../failure.ts'

// NAME_MAX, as the id is the name of the state folder and of the cgroup.
const longest = 255

/** Throws a UsageError unless `id` may name a container. */
export function checkId(id: string): void {
  if (id === '') throw new UsageError('ID', 'container id cannot be empty', id)
  if (!isContainerId(id)) throw new UsageError('ID', `invalid container ID format: ${whyNot(id)}`, id)
}

/** 1 to 255 letters, digits and `_+-.`, but not a folder's own names `.` and `..`, nor the name of a leftover. */
export function isContainerId(id: string): boolean {
  if (id.length === 0 || id.length > longest || id === '.' || id === '..' || isLeftover(id)) return false
  return firstBad(id) < 0
}

function whyNot(id: string): string {
  if (id.length > longest) return `it has ${id.length} characters, and may have ${longest}`
  const at = firstBad(id)
  if (at < 0) return `${JSON.stringify(id)} is ${isLeftover(id) ? 'for what is being deleted' : 'a folder of its own'}`
  const bad = JSON.stringify(String.fromCodePoint(id.codePointAt(at) ?? 0))
  return `${JSON.stringify(id)} has ${bad} as character ${at + 1}, and only a-z, A-Z, 0-9 and _+-. are allowed`
}

// The index of the first character that is not allowed in an id; -1: all are allowed.
function firstBad(id: string): number {
  for (let i = 0; i < id.length; i++) if (!isPlain(id.charCodeAt(i))) return i
  return -1
}

/** Whether a name in the state root is that of a container whose deletion was interrupted. */
export const isLeftover = (name: string): boolean => name.startsWith('.del-')

function isPlain(code: number): boolean {
  const letter = code | 0x20
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e
  )
}
