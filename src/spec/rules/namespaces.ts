import type { Linux, TimeOffset } from '../linux.ts'
import { mappingsFit } from '../mappings.ts'
import type { IDMapping } from '../mounts.ts'
import { isNew, namespace } from '../namespace.ts'
import { at, below, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** 2³²: ids end here. */
const idEnd = 4_294_967_296

/** Namespaces, and what belongs to them: id maps, clocks. */
export function namespaceRules(spec: Spec, report: Report, warn: Report): void {
  if (spec.linux === undefined) return
  entries(spec.linux, report)
  mappings(spec, 'uidMappings', report, warn)
  mappings(spec, 'gidMappings', report, warn)
  timeOffsets(spec, below(report, '/linux/timeOffsets'))
}

function entries({ namespaces }: Linux, report: Report): void {
  namespaces?.forEach(({ type, path }, index) => {
    if (namespaces.findIndex((each) => each.type === type) < index) {
      report(`/linux/namespaces/${index}`, `malformed spec file: duplicated ns ${JSON.stringify(type)}`)
    }
    if (path !== undefined && path !== '' && !path.startsWith('/')) {
      report(`/linux/namespaces/${index}/path`, 'path of a namespace must be absolute')
    }
  })
}

// The id maps belong to a new user namespace, which cannot do without them. Without one, runc and crun pass them over.
function mappings(spec: Spec, key: 'uidMappings' | 'gidMappings', report: Report, warn: Report): void {
  const list = spec.linux?.[key] ?? []
  const pointer = at('linux', key)
  if (list.length === 0) {
    if (!isNew(spec, 'user')) return
    report(pointer, 'user namespaces enabled, but no namespace path to join nor mappings to apply specified')
  } else if (namespace(spec, 'user') === undefined) {
    const words = "user namespace mappings specified, but user namespace isn't enabled in the config"
    warn(pointer, `${words}: they are ignored`)
    return
  }
  idMappings(list, below(report, pointer))
}

type Mapping = IDMapping & { readonly relative?: boolean }

/** Rules of any list of id mappings: what the kernel would refuse with a bare EINVAL. Ids outside are compared with those that are told alike. */
export function idMappings(list: readonly Mapping[], report: Report): void {
  if (!mappingsFit(list, report)) return
  list.forEach((mapping, index) => {
    const before = list.slice(0, index)
    if (mapping.size === 0) report(`/${index}/size`, 'size must not be 0')
    for (const side of ['containerID', 'hostID'] as const) {
      // The last id, 2³² - 1, is no id.
      if (mapping[side] + mapping.size >= idEnd) report(`/${index}`, 'ids beyond 4294967294')
      const alike = (each: Mapping) => side === 'containerID' || each.relative === mapping.relative
      const other = before.findIndex((each) => alike(each) && overlap(each, mapping, side))
      if (other >= 0) report(`/${index}`, `${side} overlaps with mapping ${other}`)
    }
  })
}

function overlap(a: IDMapping, b: IDMapping, side: 'containerID' | 'hostID'): boolean {
  return a[side] < b[side] + b.size && b[side] < a[side] + a.size
}

// Clocks are set once, in a time namespace that has no process yet (time_namespaces(7)).
function timeOffsets(spec: Spec, report: Report): void {
  const offsets = spec.linux?.timeOffsets as Record<string, TimeOffset | null> | undefined
  if (offsets === undefined) return
  const clocks = Object.keys(offsets).filter((clock) => offsets[clock] !== null)
  if (clocks.length > 0 && namespace(spec, 'time') === undefined) {
    report('', "time namespace offsets specified, but time namespace isn't enabled in the config")
  } else if (clocks.length > 0 && !isNew(spec, 'time')) {
    report('', 'time namespace enabled, but both namespace path and time offsets specified')
  }
  for (const clock of clocks) {
    if (clock !== 'monotonic' && clock !== 'boottime') {
      report(at(clock), 'only monotonic and boottime have offsets')
    } else if ((offsets[clock]?.nanosecs ?? 0) > 999_999_999) {
      report(at(clock, 'nanosecs'), 'a second or more')
    }
  }
}
