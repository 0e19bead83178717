import type { NamespaceType } from '../linux.ts'
import { namespace } from '../namespace.ts'
import { hasControl } from '../path.ts'
import { at, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'
import { sysctlNames } from '../sysctl.ts'

/** Only settings of a namespace of the container may be set, as the others are the host's. */
export function sysctlRules(spec: Spec, report: Report, warn: Report): void {
  const settings = spec.linux?.sysctl ?? {}
  for (const key of Object.keys(settings)) {
    const value = settings[key] ?? ''
    if (value === '')
      warn(at('linux', 'sysctl', key), 'the value is empty: the kernel takes nothing, and it stays as it is')
    const fault = valueFault(value)
    if (fault !== undefined) report(at('linux', 'sysctl', key), fault)
    const names = sysctlNames(key)
    const type = names === undefined ? undefined : owner(names)
    const words = `sysctl ${JSON.stringify(key)}`
    if (names?.join('/') === 'kernel/hostname') {
      report(at('linux', 'sysctl', key), `${words} conflicts with OCI "hostname" field`)
    } else if (type === 'network' && namespace(spec, type) === undefined) {
      report(at('linux', 'sysctl', key), `${words} not allowed in host network namespace`)
    } else if (type === undefined || namespace(spec, type) === undefined) {
      report(at('linux', 'sysctl', key), `${words} is not in a separate kernel namespace`)
    }
  }
}

// `strings` reports NUL. Tabs separate numbers, and a newline at the end is not part of the value. At any other newline the kernel stops reading.
function valueFault(text: string): string | undefined {
  const end = text.indexOf('\n')
  if (end >= 0 && end < text.length - 1) return 'the value must be one line: the kernel would take a part of it'
  const rest = text.replaceAll('\t', '').replaceAll('\n', '').replaceAll('\0', '')
  return hasControl(rest) ? 'the value must not hold control characters' : undefined
}

const ipc: readonly string[] = ['msgmax', 'msgmnb', 'msgmni', 'sem', 'shmall', 'shmmax', 'shmmni', 'shm_rmid_forced']

/** The type of namespace that a sysctl belongs to: ipc_namespaces(7), network_namespaces(7), uts_namespaces(7). */
function owner(names: readonly string[]): NamespaceType | undefined {
  const [first, second = '', third] = names
  if (first === 'net' && second !== '') return 'network'
  if (first === 'user' && second !== '') return 'user'
  if (first === 'fs' && second === 'mqueue' && third !== undefined) return 'ipc'
  if (first !== 'kernel' || third !== undefined) return undefined
  if (second === 'domainname') return 'uts'
  return ipc.includes(second) ? 'ipc' : undefined
}
