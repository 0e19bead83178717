import type { NamespaceType } from '../linux.ts'
import { namespace } from '../namespace.ts'
import { at, type Fault } from '../pointer.ts'
import type { Spec } from '../spec.ts'
import { sysctlNames } from '../sysctl.ts'

/** Only what belongs to a namespace of the container may be set: the rest is the host's. */
export function* sysctls(spec: Spec): Generator<Fault> {
  for (const key of Object.keys(spec.linux?.sysctl ?? {})) {
    const pointer = at('linux', 'sysctl', key)
    const names = sysctlNames(key)
    const type = names === undefined ? undefined : owner(names)
    if (names?.join('/') === 'kernel/hostname') {
      yield { pointer, message: `sysctl ${JSON.stringify(key)} conflicts with OCI "hostname" field` }
    } else if (type === undefined || namespace(spec, type) === undefined) {
      const words =
        type === 'network' ? 'not allowed in host network namespace' : 'is not in a separate kernel namespace'
      yield { pointer, message: `sysctl ${JSON.stringify(key)} ${words}` }
    }
  }
}

const ipc: readonly string[] = ['msgmax', 'msgmnb', 'msgmni', 'sem', 'shmall', 'shmmax', 'shmmni', 'shm_rmid_forced']

/** The type of namespace that a sysctl belongs to: ipc_namespaces(7), network_namespaces(7), uts_namespaces(7). */
function owner(names: readonly string[]): NamespaceType | undefined {
  const [first, second = '', ...rest] = names
  if (first === 'net' && second !== '') return 'network'
  if (first === 'user' && second !== '') return 'user'
  if (first === 'fs' && second === 'mqueue' && rest.length > 0) return 'ipc'
  if (first !== 'kernel' || rest.length > 0) return undefined
  if (second === 'domainname') return 'uts'
  return ipc.includes(second) ? 'ipc' : undefined
}
