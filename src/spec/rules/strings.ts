import { at, type Pointer, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/**
 * No string may have characters that cannot be passed to the kernel: NUL, which would cut it, and halves of surrogate pairs, which UTF-8
 * cannot encode. Everything in a known section is checked, keys, too.
 */
export function stringRules(spec: Spec, report: Report): void {
  const { ociVersion, root, process, hostname, domainname, mounts, hooks, annotations, linux } = spec
  const sections = { ociVersion, root, process, hostname, domainname, mounts, hooks, annotations, linux }
  // A work list instead of recursion, because unknown fields may nest deeper than the engine's stack allows.
  const left: [value: unknown, pointer: Pointer][] = [[sections, '']]
  for (const [value, pointer] of left) {
    if (typeof value === 'string') text(value, pointer, report)
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) {
      text(key, pointer + at(key), report)
      left.push([inner, pointer + at(key)])
    }
  }
}

function text(value: string, pointer: Pointer, report: Report): void {
  if (value.includes('\0')) report(pointer, 'must not hold NUL')
  if (!isWellFormed(value)) report(pointer, 'holds half of a surrogate pair')
}

function isWellFormed(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code < 0xd800 || code > 0xdfff) continue
    const next = value.charCodeAt(i + 1)
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false
    i++
  }
  return true
}
