import type { TimeOffset } from '../linux.ts'
import type { IDMapping } from '../mounts.ts'
import { isNew, namespace } from '../namespace.ts'
import { at, type Fault, type Pointer } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** Entries of /proc/PID/uid_map since Linux 4.15 (user_namespaces(7)). */
const maxMappings = 340

/** 2³²: ids end here. */
const idEnd = 4_294_967_296

export function* namespaces(spec: Spec): Generator<Fault> {
  const seen = new Set<string>()
  for (const [index, { type, path = '' }] of (spec.linux?.namespaces ?? []).entries()) {
    const pointer = at('linux', 'namespaces', index)
    if (seen.has(type)) yield { pointer, message: `malformed spec file: duplicated ns ${JSON.stringify(type)}` }
    if (path !== '' && !path.startsWith('/')) {
      yield { pointer: `${pointer}/path`, message: 'path of a namespace must be absolute' }
    }
    seen.add(type)
  }
}

/** The id maps belong to a new user namespace, which cannot do without them. */
export function* mappings(spec: Spec): Generator<Fault> {
  for (const key of ['uidMappings', 'gidMappings'] as const) {
    const list = spec.linux?.[key] ?? []
    const pointer = at('linux', key)
    if (list.length > 0 && namespace(spec, 'user') === undefined) {
      const message = "user namespace mappings specified, but user namespace isn't enabled in the config"
      yield { pointer, message }
    }
    if (list.length === 0 && isNew(spec, 'user')) {
      const message = 'user namespaces enabled, but no namespace path to join nor mappings to apply specified'
      yield { pointer, message }
    }
    yield* idMappings(list, pointer)
  }
}

/** Rules of any list of id mappings: what the kernel would refuse with a bare EINVAL. */
export function* idMappings(list: readonly IDMapping[], pointer: Pointer): Generator<Fault> {
  if (list.length > maxMappings) {
    yield { pointer, message: `more than ${maxMappings} mappings` }
    return
  }
  for (const [index, mapping] of list.entries()) {
    const here = `${pointer}/${index}`
    if (mapping.size === 0) yield { pointer: `${here}/size`, message: 'size must not be 0' }
    for (const side of ['containerID', 'hostID'] as const) {
      // The last id, 2³² - 1, is no id.
      if (mapping[side] + mapping.size >= idEnd) yield { pointer: here, message: `ids beyond 4294967294` }
      const other = list.findIndex((each, before) => before < index && overlap(each, mapping, side))
      if (other >= 0) yield { pointer: here, message: `${side} overlaps with mapping ${other}` }
    }
  }
}

function overlap(a: IDMapping, b: IDMapping, side: 'containerID' | 'hostID'): boolean {
  return a[side] < b[side] + b.size && b[side] < a[side] + a.size
}

/** Clocks are set once, in a time namespace that has no process yet (time_namespaces(7)). */
export function* timeOffsets(spec: Spec): Generator<Fault> {
  const offsets = spec.linux?.timeOffsets as Record<string, TimeOffset> | undefined
  if (offsets === undefined) return
  const clocks = Object.keys(offsets)
  const pointer = '/linux/timeOffsets'
  if (clocks.length > 0 && namespace(spec, 'time') === undefined) {
    const message = "time namespace offsets specified, but time namespace isn't enabled in the config"
    yield { pointer, message }
  } else if (clocks.length > 0 && !isNew(spec, 'time')) {
    const message = 'time namespace enabled, but both namespace path and time offsets specified'
    yield { pointer, message }
  }
  for (const clock of clocks) {
    if (clock !== 'monotonic' && clock !== 'boottime') {
      yield { pointer: at('linux', 'timeOffsets', clock), message: 'only monotonic and boottime have offsets' }
    } else if ((offsets[clock]?.nanosecs ?? 0) > 999_999_999) {
      yield { pointer: at('linux', 'timeOffsets', clock, 'nanosecs'), message: 'a second or more' }
    }
  }
}
