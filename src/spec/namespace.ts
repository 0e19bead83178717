import type { Namespace, NamespaceType } from './linux.ts'
import type { Spec } from './spec.ts'

/** The entry of `linux.namespaces` for a type. undefined: the container shares the host's namespace. */
export function namespace(spec: Spec, type: NamespaceType): Namespace | undefined {
  return spec.linux?.namespaces?.find((each) => each.type === type)
}

/** Whether the container gets a new namespace of a type. Engines write an empty path for that, too. */
export function isNew(spec: Spec, type: NamespaceType): boolean {
  const found = namespace(spec, type)
  return found !== undefined && (found.path ?? '') === ''
}
