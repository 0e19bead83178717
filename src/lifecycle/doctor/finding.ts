import { caps } from '../../kernel/caps.ts'
import type { Native } from '../../native/table.ts'
import type { Host } from '../../plan/host.ts'
import type { Pointer } from '../../spec/pointer.ts'
import type { Spec } from '../../spec/spec.ts'

/** What was looked at on this machine, and what came of it. */
export type Finding = {
  /** `ok`: it is here. `absent`: it is not, and nothing that was asked about needs it. `missing`: it is needed. */
  readonly state: 'ok' | 'absent' | 'missing'
  readonly subject: string
  readonly detail: string
  /** What to do about it, where that is known. */
  readonly cure?: string
  /** The field of the config that needs it. */
  readonly pointer?: Pointer
}

/** What is looked at: the machine, and the config by which it is judged. */
export type Patient = { readonly native: Native; readonly host: Host; readonly spec: Spec }

type Judged = {
  readonly has: boolean
  readonly needed: boolean
  readonly detail: string
  /** In the place of `detail` and with it where it is not here. */
  readonly lack?: string
  readonly cure?: string
}

/** A finding: what is not here is missing only if it is needed. */
export function judged(subject: string, { has, needed, detail, lack = detail, cure }: Judged): Finding {
  if (has) return { state: 'ok', subject, detail }
  return { state: needed ? 'missing' : 'absent', subject, detail: lack, ...(cure === undefined ? {} : { cure }) }
}

/** The text of a small file of the kernel, without its end of line; empty where there is none. */
export function kernelText(native: Native, path: string): string {
  const text = native.read(path, 65536)
  return typeof text === 'number' ? '' : text.trimEnd()
}

/** Where in PATH a program is; undefined: nowhere. */
export function inPath(native: Native, name: string): string | undefined {
  const path = native.env('PATH')
  const folders = typeof path === 'string' ? path.split(':') : []
  return folders.map((folder) => `${folder}/${name}`).find((file) => native.mode(file) >= 0)
}

/** A line `Name:\tvalue` of /proc/self/status. */
export function ownStatus(native: Native, name: string): string {
  const text = `\n${kernelText(native, '/proc/self/status')}\n`
  const at = text.indexOf(`\n${name}:`)
  return at < 0 ? '' : text.slice(at + name.length + 2, text.indexOf('\n', at + 1)).trim()
}

/** The names of the capabilities that are in force. */
export function ownCapabilities(native: Native): ReadonlySet<string> {
  return new Set(Object.keys(caps).filter((name) => native.able(caps[name] ?? -1) === 1))
}
