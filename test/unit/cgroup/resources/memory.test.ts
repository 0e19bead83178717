import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Memory } from '../../../../src/spec/resources.ts'
import { type Files, told, v1, v2 } from './compile.ts'

type Case = readonly [name: string, memory: Memory, v1: readonly string[], v2: readonly string[]]

const noSwapLimit = '!/memory/swap unable to set swap limit without memory limit'
const swapBelow = '!/memory/swap memory+swap limit should be >= memory limit'
const kernelGone =
  '!/memory/kernel kernel memory has no limit of its own since Linux 5.16: set a memory limit that is not above it'
const tcpGone =
  '!/memory/kernelTCP TCP buffers have no limit of their own in cgroup v2: set a memory limit that is not above it'
const below = (key: string) => [`!/memory/${key} must be -1 (no limit) or more`]

const cases: readonly Case[] = [
  ['nothing', {}, [], []],
  ['0 is nothing', { limit: 0, reservation: 0, swap: 0, kernel: 0, kernelTCP: 0 }, [], []],
  ['a limit', { limit: 4096 }, ['memory.limit_in_bytes 4096'], ['memory.max 4096']],
  [
    'no limit is none of swap either',
    { limit: -1 },
    ['memory.memsw.limit_in_bytes? -1', 'memory.limit_in_bytes? -1'],
    ['memory.swap.max? max', 'memory.max? max'],
  ],
  [
    'swap counts memory on v1, and alone on v2',
    { limit: 100, swap: 130 },
    ['memory.limit_in_bytes 100', 'memory.memsw.limit_in_bytes 130'],
    ['memory.swap.max 30', 'memory.max 100'],
  ],
  [
    'as much swap as memory is none',
    { limit: 100, swap: 100 },
    ['memory.limit_in_bytes 100', 'memory.memsw.limit_in_bytes 100'],
    ['memory.swap.max? 0', 'memory.max 100'],
  ],
  [
    'swap without limit',
    { limit: 100, swap: -1 },
    ['memory.memsw.limit_in_bytes? -1', 'memory.limit_in_bytes 100'],
    ['memory.swap.max? max', 'memory.max 100'],
  ],
  ['swap alone without limit', { swap: -1 }, ['memory.memsw.limit_in_bytes? -1'], ['memory.swap.max? max']],
  ['swap without memory', { swap: 100 }, [noSwapLimit], [noSwapLimit]],
  ['swap with memory without limit', { limit: -1, swap: 100 }, [noSwapLimit], [noSwapLimit]],
  ['less of both than of one', { limit: 100, swap: 99 }, [swapBelow], [swapBelow]],
  [
    'what no double holds',
    { limit: 9223372036854775807n, swap: 9223372036854775807n },
    ['memory.limit_in_bytes 9223372036854775807', 'memory.memsw.limit_in_bytes 9223372036854775807'],
    ['memory.swap.max? 0', 'memory.max 9223372036854775807'],
  ],
  [
    'and the difference of such',
    { limit: 9007199254740993n, swap: 9223372036854775807n },
    ['memory.limit_in_bytes 9007199254740993', 'memory.memsw.limit_in_bytes 9223372036854775807'],
    ['memory.swap.max 9214364837600034814', 'memory.max 9007199254740993'],
  ],
  ['a soft limit', { reservation: 50 }, ['memory.soft_limit_in_bytes 50'], ['memory.low 50']],
  ['no soft limit', { reservation: -1 }, ['memory.soft_limit_in_bytes? -1'], ['memory.low? max']],
  ['below -1', { limit: -2 }, below('limit'), below('limit')],
  ['swap below -1', { swap: -9007199254740993n }, below('swap'), below('swap')],
  ['reservation below -1', { reservation: -2 }, below('reservation'), below('reservation')],
  ['kernel below -1', { kernel: -2 }, below('kernel'), below('kernel')],
  ['kernelTCP below -1', { kernelTCP: -2 }, below('kernelTCP'), below('kernelTCP')],
  ['kernel memory', { kernel: 100 }, [kernelGone], [kernelGone]],
  ['less of kernel memory than of all', { limit: 101, kernel: 100 }, [kernelGone], [kernelGone]],
  ['no limit of kernel memory', { kernel: -1 }, [], []],
  [
    'kernel memory that the limit of all holds',
    { limit: 100, kernel: 100 },
    ['memory.limit_in_bytes 100'],
    ['memory.max 100'],
  ],
  ['TCP buffers', { kernelTCP: 100 }, ['memory.kmem.tcp.limit_in_bytes 100'], [tcpGone]],
  ['no limit of TCP buffers', { kernelTCP: -1 }, ['memory.kmem.tcp.limit_in_bytes? -1'], []],
  [
    'TCP buffers that the limit of all holds',
    { limit: 100, kernelTCP: 200 },
    ['memory.limit_in_bytes 100', 'memory.kmem.tcp.limit_in_bytes 200'],
    ['memory.max 100'],
  ],
  [
    'swappiness',
    { swappiness: 0 },
    ['memory.swappiness 0'],
    ['!/memory/swappiness cgroup v2 has no swappiness: limit swap instead'],
  ],
  [
    'no OOM killer',
    { disableOOMKiller: true },
    ['memory.oom_control 1'],
    ['!/memory/disableOOMKiller cgroup v2 cannot disable the OOM killer'],
  ],
  ['the OOM killer', { disableOOMKiller: false, useHierarchy: false, checkBeforeUpdate: true }, [], []],
  [
    'the hierarchy first',
    { limit: 100, useHierarchy: true },
    ['memory.use_hierarchy? 1', 'memory.limit_in_bytes 100'],
    ['memory.max 100'],
  ],
]

for (const [name, memory, onV1, onV2] of cases) {
  test(`${name}, on v1`, () => assert.equal(told({ memory }, v1), onV1))
  test(`${name}, on v2`, () => assert.equal(told({ memory }, v2), onV2))
}

/** A model of the kernel's two files: it always refuses memory above memory+swap. */
function kernelTakes(before: { memory: number; swap: number }, asked: { limit: number; swap: number }): boolean {
  const state = { ...before }
  for (const line of told({ memory: asked }, v1, { 'memory.limit_in_bytes': `${before.memory}\n` })) {
    const [file = '', value] = line.split(' ')
    state[file.includes('memsw') ? 'swap' : 'memory'] = value === '-1' ? Number.POSITIVE_INFINITY : Number(value)
    if (state.memory > state.swap) return false
  }
  return state.swap === (asked.swap === -1 ? Number.POSITIVE_INFINITY : asked.swap)
}

test('in a cgroup in use, the kernel takes every change of memory and swap', () => {
  for (let memory = 1; memory < 6; memory++)
    for (let swap = memory; swap < 6; swap++)
      for (let limit = 1; limit < 6; limit++)
        for (const asked of [-1, 1, 2, 3, 4, 5].filter((both) => both === -1 || both >= limit))
          assert.ok(kernelTakes({ memory, swap }, { limit, swap: asked }), `${memory} ${swap} to ${limit} ${asked}`)
})

const used: Files = {
  'memory.usage_in_bytes': '100\n',
  'memory.memsw.usage_in_bytes': '120\n',
  'memory.current': '100\n',
  'memory.swap.current': '20\n',
}

test('checkBeforeUpdate refuses less memory than is in use', () => {
  for (const hierarchies of [v1, v2]) {
    const check = (memory: Memory) => told({ memory: { ...memory, checkBeforeUpdate: true } }, hierarchies, used)
    assert.equal(check({ limit: 99 }), ['!/memory/limit rejecting memory limit 99 < 100 in use'])
    assert.equal(check({ limit: 100, swap: 119 }), ['!/memory/swap rejecting memory+swap limit 119 < 120 in use'])
    assert.is(check({ limit: 100, swap: 120 }).length, 2)
    assert.is(told({ memory: { limit: 99 } }, hierarchies, used).length, 1)
  }
})

test('swap can be set with the existing memory limit', () => {
  assert.equal(told({ memory: { swap: 150 } }, v2, { 'memory.max': '100\n' }), ['memory.swap.max 50'])
  assert.equal(told({ memory: { swap: 150 } }, v2, { 'memory.max': 'max\n' }), [noSwapLimit])
  const limited = { 'memory.limit_in_bytes': '4096\n' }
  assert.equal(told({ memory: { swap: 8192 } }, v1, limited), ['memory.memsw.limit_in_bytes 8192'])
  assert.equal(told({ memory: { swap: 8192 } }, v1, { 'memory.limit_in_bytes': '9223372036854710272\n' }), [
    noSwapLimit,
  ])
})

test.run()
