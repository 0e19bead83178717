/** Objects whose keys are names that the config gives: what a name stands for is never absent. */
const maps: readonly string[] = ['annotations', 'sysctl', 'unified', 'netDevices', 'rdma']

/** Words out of a list that runc takes for not set where they are empty, as Go writes them; elsewhere '' is a fault. */
const words: readonly string[] = ['rootfsPropagation', 'memBwSchema', 'mode']

/**
 * Takes out of a parsed config.json what stands for nothing: null, which Go and others write for a field that is not set, and some empty
 * words. In place. A null in a list or in a map of names stays and is refused, as one in a field that must be there is missing then.
 */
export function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  // A list that grows, and no recursion: what is unknown may nest deeper than the engine's stack.
  const left: [object: object, isMap: boolean][] = [[value, false]]
  const look = (inner: unknown, isMap: boolean) => {
    if (typeof inner === 'object' && inner !== null) left.push([inner, isMap])
  }
  for (const [each, isMap] of left) {
    if (Array.isArray(each)) {
      for (const inner of each) look(inner, false)
      continue
    }
    const object = each as Record<string, unknown>
    for (const key of Object.keys(object)) {
      if (!isMap && isNothing(key, object[key])) delete object[key]
      else look(object[key], !isMap && maps.includes(key))
    }
  }
  return value
}

/** Whether the value of a field that may be left out says nothing. */
export function isNothing(key: string, value: unknown): boolean {
  if (value === null) return true
  if (value === '') return words.includes(key)
  return key === 'seccomp' && typeof value === 'object' && isNoFilter(value)
}

// Neither an action for all calls nor one for any: runc goes without a filter.
function isNoFilter(seccomp: { readonly defaultAction?: unknown; readonly syscalls?: unknown }): boolean {
  const { defaultAction, syscalls } = seccomp
  if (defaultAction !== '') return Object.keys(seccomp).length === 0
  return syscalls === undefined || syscalls === null || (Array.isArray(syscalls) && syscalls.length === 0)
}
