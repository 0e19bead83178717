/** Objects whose keys are names chosen by the config: their values are never treated as absent. */
const maps: readonly string[] = ['annotations', 'sysctl', 'unified', 'netDevices', 'rdma']

/** Fields with a closed list of words for which runc treats '' as not set, because Go writes that; for others '' is a fault. */
const words: readonly string[] = ['rootfsPropagation', 'memBwSchema', 'mode']

/**
 * Removes, in place, fields of a parsed config.json that count as not set: null, which Go and others write for those, and some empty strings. A
 * null in a list or in a map of names stays, and is refused. A required field with null is then reported as missing.
 */
export function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  // A work list instead of recursion, because unknown fields may nest deeper than the engine's stack allows.
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

/** Whether an optional field counts as not set. */
export function isNothing(key: string, value: unknown): boolean {
  if (value === null) return true
  if (value === '') return words.includes(key)
  return key === 'seccomp' && typeof value === 'object' && isNoFilter(value)
}

// With no default action and no rules, runc does not filter.
function isNoFilter(seccomp: { readonly defaultAction?: unknown; readonly syscalls?: unknown }): boolean {
  const { defaultAction, syscalls } = seccomp
  if (defaultAction !== '') return Object.keys(seccomp).length === 0
  return syscalls === undefined || syscalls === null || (Array.isArray(syscalls) && syscalls.length === 0)
}
