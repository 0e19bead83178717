import type { Fault } from '../../spec/pointer.ts'
import type { Memory } from '../../spec/resources.ts'
import type { Integer } from './amount.ts'
import type { Target } from './write.ts'

const at = '/linux/resources/memory'

/** Without a limit, v1 shows the largest number of pages that a counter can hold, in bytes, which depends on the page size. */
const unlimitedV1 = 2n ** 62n

/** What is wrong with the limits of memory on this machine. */
export function* checkMemory(memory: Memory, target: Target): Generator<Fault> {
  yield* checkSwap(memory, target)
  yield* checkKernel(memory, target)
  if (memory.checkBeforeUpdate === true) yield* checkUsage(memory, target)
  if (target.version === 1) return
  if (memory.swappiness !== undefined) {
    yield { pointer: `${at}/swappiness`, message: 'cgroup v2 has no swappiness: limit swap instead' }
  }
  if (memory.disableOOMKiller === true) {
    yield { pointer: `${at}/disableOOMKiller`, message: 'cgroup v2 cannot disable the OOM killer' }
  }
}

/** The memory limit after the writes: the new one, else the present one. 0: it is not known; -1: there is none. */
export function boundOf({ limit = 0 }: Memory, { version, now }: Target): Integer {
  if (limit !== 0) return limit
  const current = now(version === 1 ? 'memory.limit_in_bytes' : 'memory.max')?.trim() ?? '0'
  if (current === 'max') return -1
  const bytes = BigInt(current)
  return bytes > unlimitedV1 ? -1 : bytes
}

function* checkSwap(memory: Memory, target: Target): Generator<Fault> {
  const { swap = 0 } = memory
  if (swap <= 0) return
  const pointer = `${at}/swap`
  const bound = boundOf(memory, target)
  if (bound <= 0) yield { pointer, message: 'unable to set swap limit without memory limit' }
  else if (swap < bound) yield { pointer, message: 'memory+swap limit should be >= memory limit' }
}

// Kernel memory is part of the memory of the cgroup, so a memory limit that is not higher limits it as well.
function* checkKernel(memory: Memory, target: Target): Generator<Fault> {
  const { kernel = 0, kernelTCP = 0 } = memory
  const bound = boundOf(memory, target)
  const holds = (asked: Integer) => asked <= 0 || (bound > 0 && bound <= asked)
  const cure = 'set a memory limit that is not above it'
  if (!holds(kernel)) {
    yield { pointer: `${at}/kernel`, message: `kernel memory has no limit of its own since Linux 5.16: ${cure}` }
  }
  if (target.version === 2 && !holds(kernelTCP)) {
    yield { pointer: `${at}/kernelTCP`, message: `TCP buffers have no limit of their own in cgroup v2: ${cure}` }
  }
}

// A new cgroup uses no memory yet.
function* checkUsage({ limit = 0, swap = 0 }: Memory, { version, now }: Target): Generator<Fault> {
  const read = (file: string) => BigInt(now(file)?.trim() ?? '0')
  const used = read(version === 1 ? 'memory.usage_in_bytes' : 'memory.current')
  const both = version === 1 ? read('memory.memsw.usage_in_bytes') : used + read('memory.swap.current')
  if (swap > 0 && swap < both) {
    yield { pointer: `${at}/swap`, message: `rejecting memory+swap limit ${swap} < ${both} in use` }
  }
  if (limit > 0 && limit < used) {
    yield { pointer: `${at}/limit`, message: `rejecting memory limit ${limit} < ${used} in use` }
  }
}
