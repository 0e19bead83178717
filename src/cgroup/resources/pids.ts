import type { Fault } from '../../spec/pointer.ts'
import type { Resources } from '../../spec/resources.ts'
import { checkAmount, unlimited } from './amount.ts'
import type { CgroupLine } from './write.ts'

const pointer = '/linux/resources/pids/limit'

/** pids.max, the same in v1 (cgroup-v1/pids.rst) and v2. */
export function* pids({ pids }: Resources): Generator<CgroupLine | Fault> {
  const limit = pids?.limit
  if (limit === undefined) return
  yield* checkAmount(limit, pointer)
  // With 0 the kernel would let no process in. With 1 the process is there and cannot fork, which is what 0 asks for.
  const value = limit === -1 ? 'max' : limit === 0 ? '1' : String(limit)
  yield { pointer, file: 'pids.max', value, ...unlimited(limit) }
}
