import { at, type Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import type { Hierarchies } from '../hierarchy.ts'
import type { Write } from './write.ts'

/**
 * Files of cgroup v2, by their names, with their values. The kernel takes one line in each write (io.max has a line for each device),
 * so each line is a write of its own.
 */
export function* unified({ unified = {} }: Resources, { v2 }: Hierarchies): Generator<Write | Fault> {
  for (const file of Object.keys(unified)) {
    const pointer = at('linux', 'resources', 'unified', file)
    const controller = file.slice(0, file.indexOf('.'))
    if (v2 === undefined || v2.controllers.length === 0) {
      yield { pointer, message: 'cannot set unified on cgroup v1' }
    } else if (controller !== 'cgroup' && !v2.controllers.includes(controller)) {
      yield { pointer, message: `the cgroup controller ${controller} is not available in cgroup v2` }
    } else {
      const lines = (unified[file] ?? '').split('\n')
      if (lines.length > 1 && lines.at(-1) === '') lines.pop()
      for (const value of lines) yield { pointer, controller, version: 2, file, value }
    }
  }
}
