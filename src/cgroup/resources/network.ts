import { at, type Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import { hasBlank } from './word.ts'
import type { CgroupLine, Target } from './write.ts'

const field = '/linux/resources/network'

/** net_cls.classid (cgroup-v1/net_cls.rst). */
export function* networkClass({ network }: Resources, { version }: Target): Generator<CgroupLine | Fault> {
  const { classID = 0 } = network ?? {}
  if (classID === 0) return
  const pointer = `${field}/classID`
  if (version === 2) yield { pointer, message: 'cgroup v2 has no network classes' }
  else yield { pointer, file: 'net_cls.classid', value: String(classID) }
}

/** net_prio.ifpriomap (cgroup-v1/net_prio.rst), a line for each interface. */
export function* networkPriorities({ network }: Resources, { version }: Target): Generator<CgroupLine | Fault> {
  const { priorities = [] } = network ?? {}
  if (version === 2 && priorities.length > 0) {
    yield { pointer: `${field}/priorities`, message: 'cgroup v2 has no network priorities' }
    return
  }
  for (const [i, { name, priority }] of priorities.entries()) {
    const pointer = at('linux', 'resources', 'network', 'priorities', i)
    if (hasBlank(name)) yield { pointer: `${pointer}/name`, message: 'not a name of a network interface' }
    yield { pointer, file: 'net_prio.ifpriomap', value: `${name} ${priority}` }
  }
}
