import type { Fault } from '../../spec/pointer.ts'
import type { Memory, Resources } from '../../spec/resources.ts'
import { checkAmount, limit as text, unlimited } from './amount.ts'
import { boundOf, checkMemory } from './memory_rules.ts'
import type { CgroupLine, Target } from './write.ts'

const at = '/linux/resources/memory'

/** memory.* of cgroup v1 (cgroup-v1/memory.rst) and v2 (cgroup-v2.rst, Memory Interface Files). */
export function* memory({ memory }: Resources, target: Target): Generator<CgroupLine | Fault> {
  if (memory === undefined) return
  for (const key of ['limit', 'reservation', 'swap', 'kernel', 'kernelTCP'] as const) {
    yield* checkAmount(memory[key] ?? 0, `${at}/${key}`)
  }
  yield* checkMemory(memory, target)
  yield* target.version === 1 ? memoryV1(memory, target) : memoryV2(memory, target)
}

function* memoryV1(memory: Memory, target: Target): Generator<CgroupLine> {
  const { reservation = 0, kernelTCP = 0, swappiness, disableOOMKiller = false, useHierarchy = false } = memory
  // Since Linux 5.11 all cgroups are hierarchical. Before that the file can only be written while the cgroup is new.
  if (useHierarchy) yield { pointer: `${at}/useHierarchy`, file: 'memory.use_hierarchy', value: '1', missing_ok: true }
  yield* limitsV1(memory, target)
  if (reservation !== 0) {
    const value = String(reservation)
    yield { pointer: `${at}/reservation`, file: 'memory.soft_limit_in_bytes', value, ...unlimited(reservation) }
  }
  if (kernelTCP !== 0) {
    const value = String(kernelTCP)
    yield { pointer: `${at}/kernelTCP`, file: 'memory.kmem.tcp.limit_in_bytes', value, ...unlimited(kernelTCP) }
  }
  if (swappiness !== undefined) {
    yield { pointer: `${at}/swappiness`, file: 'memory.swappiness', value: String(swappiness) }
  }
  if (disableOOMKiller) yield { pointer: `${at}/disableOOMKiller`, file: 'memory.oom_control', value: '1' }
}

// The kernel demands memory <= memory+swap at every moment, so the order of the two writes depends on the present limits.
function* limitsV1({ limit = 0, swap = 0 }: Memory, { now }: Target): Generator<CgroupLine> {
  const file = 'memory.limit_in_bytes'
  const memoryLine: CgroupLine = { pointer: `${at}/limit`, file, value: String(limit), ...unlimited(limit) }
  // The kernel refuses unlimited memory in limited memory+swap, so a limit of -1 is for both, unless swap has a value of its own.
  const both = swap !== 0 ? swap : limit === -1 ? -1 : 0
  const pointer = swap !== 0 ? `${at}/swap` : `${at}/limit`
  const swapLine: CgroupLine = { pointer, file: 'memory.memsw.limit_in_bytes', value: String(both), ...unlimited(both) }
  const current = now(file)
  const swapFirst = both === -1 || (current !== undefined && both >= BigInt(current.trim()))
  if (both !== 0 && swapFirst) yield swapLine
  if (limit !== 0) yield memoryLine
  if (both !== 0 && !swapFirst) yield swapLine
}

function* memoryV2(memory: Memory, target: Target): Generator<CgroupLine> {
  const { limit = 0, reservation = 0 } = memory
  const swap = swapV2(memory, target)
  if (swap !== undefined) {
    const pointer = (memory.swap ?? 0) !== 0 ? `${at}/swap` : `${at}/limit`
    // Where the kernel does not count swap, the file is missing, and as a rule there is no swap that would have to be forbidden.
    const missing = swap === 'max' || swap === '0'
    yield { pointer, file: 'memory.swap.max', value: swap, ...(missing ? { missing_ok: true } : {}) }
  }
  if (limit !== 0) yield { pointer: `${at}/limit`, file: 'memory.max', value: text(limit, 2), ...unlimited(limit) }
  if (reservation !== 0) {
    const value = text(reservation, 2)
    yield { pointer: `${at}/reservation`, file: 'memory.low', value, ...unlimited(reservation) }
  }
}

/** The limit of swap alone, as v2 has it, from the limit of memory+swap of v1; undefined: the config has none. */
export function swapV2(memory: Memory, target: Target): string | undefined {
  const { limit = 0, swap = 0 } = memory
  if (swap === -1 || (swap === 0 && limit === -1)) return 'max'
  return swap === 0 ? undefined : String(BigInt(swap) - BigInt(boundOf(memory, target)))
}
