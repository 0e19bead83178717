/**
 * Configs with other values: usual mistakes of people and engines, values at the edge of a range, and values of an attacker who wants to
 * crash the planner. All choices come from the numbers of `next`, so the same seed makes the same configs.
 */
export type Next = () => number

type Node = Record<string, unknown>

/** Numbers that JavaScript cannot represent are strings of this form, and become digits in the text. */
const digits = (text: string) => `@@${text}@@`
const asDigits = /"@@([^@"]+)@@"/g

const numbers: readonly unknown[] = [
  ...[
    0,
    -1,
    1,
    1.5,
    -0,
    7,
    99,
    512,
    1001,
    65535,
    65536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
  ],
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775809'].map(digits),
  ...['18446744073709551615', '18446744073709551616', '1e3', '1e400', '-0.0', '1E-7', '9'.repeat(400)].map(digits),
]

const texts: readonly string[] = [
  ...[
    '',
    ' ',
    '/',
    '.',
    '..',
    '/..',
    '//',
    '/proc',
    '/proc/self/fd/1',
    '/dev',
    '/dev/null',
    '/sys',
    'rootfs',
    '../x',
    '/a/../../b',
  ],
  ...[
    '\0',
    'a\0b',
    '\0i',
    '\ud800',
    'a\udc00',
    '\n',
    'a\nb',
    '\r',
    '\u001b[31m',
    '\u202e',
    'é€😀',
    '\ufeff',
    '%s%n',
    '{0}',
    '$&',
    "$'",
  ],
  ...['a'.repeat(255), 'a'.repeat(256), `/${'a/'.repeat(2047)}`, 'b'.repeat(4096), 'c'.repeat(131_072)],
  ...[
    '0-3',
    '0-',
    '-1',
    '3-0',
    '0,0,0',
    '0-99999999',
    '4294967295',
    '0x10',
    '1e3',
    '10M',
    'max',
    'a *:* rwm',
    'c 1:3 rwm',
  ],
  ...[
    'bind',
    'rbind',
    'ro',
    'rw',
    'shared',
    'rslave',
    'idmap',
    'mode=0',
    'size=1',
    'rro',
    'tmpcopyup',
    'copy-symlink',
    'X-mount.idmap=u',
  ],
  ...[
    'proc',
    'sysfs',
    'tmpfs',
    'cgroup',
    'mqueue',
    'devpts',
    'overlay',
    'none',
    'mount',
    'pid',
    'user',
    'time',
    'c',
    'b',
    'u',
    'p',
  ],
  ...[
    'CAP_SYS_ADMIN',
    'CAP_',
    'SIGKILL',
    'RLIMIT_NOFILE',
    'SCMP_ACT_NOTIFY',
    'SCMP_ARCH_ARM',
    'SCMP_CMP_MASKED_EQ',
    'SCHED_DEADLINE',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'MPOL_BIND',
    'net.ipv4.ip_forward',
    'kernel.shm_rmid_forced',
    '1.0.2-dev',
  ],
]

const keys = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '\n',
  'unknown',
  'hostnam',
  'windows',
  'path',
  'type',
  'options',
  'a/b~c',
  '0',
]

const shapes = (): unknown[] => [null, true, false, [], {}, [1], ['x'], [null], [[]], [{}], { x: 1 }, { '': 1 }]

/** The text of a config, changed at one to four places; in one of eight cases single characters are changed, too. */
export function mutated(config: unknown, next: Next): string {
  const copy = structuredClone(config)
  for (let left = 1 + Math.floor(next() ** 2 * 4); left > 0; left--) change(copy, next)
  const text = JSON.stringify(copy).replace(asDigits, '$1')
  return next() < 0.125 ? scratched(text, next) : text
}

const below = (next: Next, end: number) => Math.floor(next() * end)
const pick = <T>(list: readonly T[], next: Next): T => list[below(next, list.length)] as T

function change(config: unknown, next: Next): void {
  const places = placesOf(config)
  if (places.length === 0) return
  const [node, key] = pick(places, next)
  const kind = next()
  if (kind < 0.1) remove(node, key)
  else if (kind < 0.2) add(node, pick(keys, next), pick([...shapes(), ...texts, ...numbers], next))
  else if (kind < 0.35) add(node, key, other(places, next))
  else if (kind < 0.42) grow(node, key, next)
  else if (kind < 0.45) add(node, key, nested(next))
  else if (kind < 0.6) add(node, key, alike(node[key], next))
  else add(node, key, pick(pick([numbers, texts, texts, shapes()], next), next))
}

type Place = readonly [node: Node, key: string]

function placesOf(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Object.keys(value)) {
    found.push([value as Node, key])
    placesOf((value as Node)[key], found)
  }
  return found
}

// Defined as a property, because an assignment to __proto__ would not make a key.
function add(node: Node, key: string, value: unknown): void {
  Object.defineProperty(node, Array.isArray(node) && !/^\d+$/.test(key) ? String(node.length) : key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}

function remove(node: Node, key: string): void {
  if (Array.isArray(node)) node.splice(Number(key), 1)
  else delete node[key]
}

function other(places: readonly Place[], next: Next): unknown {
  const [node, key] = pick(places, next)
  return structuredClone(node[key])
}

/** A list with many copies of its elements, an object with many keys, or a long string. */
function grow(node: Node, key: string, next: Next): void {
  const value = node[key]
  const times = pick([2, 65, 300, 2_000], next)
  if (Array.isArray(value) && value.length > 0) {
    const vary = next() < 0.5
    const one = (i: number) => (vary ? varied(value[i % value.length], i) : structuredClone(value[i % value.length]))
    node[key] = Array.from({ length: times }, (_, i) => one(i))
  } else if (typeof value === 'object' && value !== null) {
    const [first] = Object.values(value)
    for (let i = 0; i < times; i++) (value as Node)[`k${i}`] = structuredClone(first ?? 1)
  } else if (typeof value === 'string') node[key] = value.repeat(times)
}

// Equal except for a number at the end of the strings, so that no two are the same.
function varied(value: unknown, i: number): unknown {
  if (typeof value === 'string') return `${value}${i}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      typeof each === 'string' && key !== 'type' ? `${each}${i}` : each,
    ]),
  )
}

function nested(next: Next): unknown {
  let value: unknown = pick([1, 'x', {}, []], next)
  const list = next() < 0.5
  for (let depth = pick([3, 50, 700], next); depth > 0; depth--) value = list ? [value] : { x: value }
  return value
}

/** Close to the old value: a number more or less, a character more, less or different. */
function alike(value: unknown, next: Next): unknown {
  if (typeof value === 'number') return value + pick([1, -1, 0.5, 2 ** 31, 2 ** 32, -value, value], next)
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'string') return Array.isArray(value) ? [...value, ...value] : {}
  const at = below(next, value.length + 1)
  return value.slice(0, at) + pick([...texts, ...'/.,:-=*\0 0aZ'], next) + value.slice(at + below(next, 2))
}

/** Inserts, removes or changes characters: most results are not valid JSON. */
function scratched(text: string, next: Next): string {
  const at = below(next, text.length)
  const cut = below(next, 3)
  return (
    text.slice(0, at) +
    pick([...'{}[]",:0-.eE\\u/ \n\0', '\\u0000', '\\ud800', 'null', '1e999', '"x":1,'], next) +
    text.slice(at + cut)
  )
}
