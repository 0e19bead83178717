import { UsageError } from '../failure.ts'

// NAME_MAX: the id names the state folder and the cgroup.
const longest = 255

/** Throws a UsageError unless `id` may name a container. */
export function checkId(id: string): void {
  if (id === '') throw new UsageError('ID', 'container id cannot be empty')
  if (!isContainerId(id)) throw new UsageError('ID', 'invalid container ID format')
}

/** 1 to 255 letters, digits and `_+-.`, but not a folder's own names `.` and `..`, nor what looks like a flag or a leftover. */
export function isContainerId(id: string): boolean {
  if (id.length === 0 || id.length > longest || id === '.' || id === '..' || id.startsWith('-') || isLeftover(id))
    return false
  for (let i = 0; i < id.length; i++) if (!isPlain(id.charCodeAt(i))) return false
  return true
}

/** Whether a name in the state root is that of a container whose removal was interrupted. */
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
