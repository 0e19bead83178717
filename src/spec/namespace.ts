import type { Namespace, NamespaceType } from './linux.ts'
import type { Spec } from './spec.ts'

/** The entry of `linux.namespaces` of a type. undefined: the container shares that of the host. */
export function namespace(spec: Spec, type: NamespaceType): Namespace | undefined {
  return spec.linux?.namespaces?.find((each) => each.type === type)
}

/** Whether the container gets a new namespace of a type. An empty path is none, as engines write it. */
export function isNew(spec: Spec, type: NamespaceType): boolean {
  const found = namespace(spec, type)
  return found !== undefined && (found.path ?? '') === ''
}
