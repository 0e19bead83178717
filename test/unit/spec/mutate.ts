/** Pseudo random numbers in [0, 1) that are the same on every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type Node = Record<string, unknown> | unknown[]

const numbers = [
  0,
  -1,
  1,
  1.5,
  99,
  511,
  512,
  1001,
  65535,
  65536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  -(2 ** 31) - 1,
]
const largeNumbers = [
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63 - 1024,
  2 ** 63,
  -(2 ** 63),
  2 ** 64 - 2048,
  2 ** 64,
  1e22,
  1e300,
]
const texts = [
  '',
  'x',
  '/',
  'a',
  'RLIMIT_NOFILE',
  'RLIMIT_',
  'RLIMIT_a',
  '0-3',
  '0;',
  '2MB',
  '02MB',
  '2kB',
  'MB:',
  'MB:\n',
  '\n',
]
const names = [
  'private',
  'rshared',
  'SCMP_ACT_ALLOW',
  'SCMP_ARCH_X86',
  'SCHED_IDLE',
  'MPOL_LOCAL',
  'LINUX',
  'time',
  'u',
]
const shapes = () => [null, true, false, [], {}, [1], ['x'], [null], { x: 1 }, { '': 1 }, [[]], [{}]]

/** A copy of a config, changed at one or two places. */
export function mutate(config: unknown, next: () => number): unknown {
  const copy = structuredClone(config) as Node
  const times = 1 + Math.floor(next() * 2)
  for (let time = 0; time < times; time++) mutateOnce(copy, next)
  return copy
}

function mutateOnce(config: Node, next: () => number): void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  const places = nodes(config).flatMap((node) =>
    Object.keys(node).map((key) => ({ node: node as Record<string, unknown>, key })),
  )
  if (places.length === 0) return
  const { node, key } = pick(places)
  const kind = next()
  if (kind < 0.12) remove(node, key)
  else if (kind < 0.2) node[pick(['unknown', '', '\n', 'windows', 'name', 'toString'])] = pick(shapes())
  else if (kind < 0.3) node[key] = pick(places.map((index) => structuredClone(index.node[index.key])))
  else node[key] = pick([...numbers, ...largeNumbers, ...texts, ...names, ...shapes()])
}

function remove(node: Node, key: string): void {
  if (Array.isArray(node)) node.splice(Number(key), 1)
  else delete node[key]
}

function nodes(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Node, ...Object.values(value).flatMap(nodes)]
}
