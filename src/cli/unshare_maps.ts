import { UsageError } from '../failure.ts'
import { entriesOf, subordinateRanges, userName } from '../machine/users.ts'
import type { Native } from '../native/table.ts'
import type { Maps } from '../plan/unshare.ts'
import { isDigits } from '../spec/scan.ts'
import { textOf } from './line.ts'
import type { Values } from './row.ts'

/** A run of ids, as a line of /proc/PID/uid_map has it (user_namespaces(7)). */
export type Range = { readonly inside: number; readonly outside: number; readonly count: number }

/** A decimal number of at most 2³² - 2: one more means «none» to the kernel. */
export function numberOf(text: string): number | undefined {
  return text.length <= 10 && isDigits(text) && Number(text) <= 4_294_967_294 ? Number(text) : undefined
}

/** The maps of a new user namespace, and whether setgroups(2) is denied in it; undefined: none. */
export function mapsOf(native: Native, flags: Readonly<Values>): Maps | undefined {
  const [euid, egid] = [native.euid(), native.egid()]
  const groups = rangeOf(native, flags, kinds.group)
  const uids = together(rangeOf(native, flags, kinds.user), singleOf(native, flags, kinds.user))
  const gids = together(groups, singleOf(native, flags, kinds.group))
  const alone = gids.length === 1 && groups === undefined
  const asked = textOf(flags.setgroups)
  if (asked !== undefined && asked !== 'allow' && asked !== 'deny')
    throw new UsageError('ARGUMENT', `--setgroups ${asked}: allow or deny`)
  if (asked === 'allow' && alone)
    throw new UsageError(
      'ARGUMENT',
      '--setgroups allow does not go with the map of your own group alone: the kernel lets only newgidmap(1), or --map-groups of root, map groups without denying setgroups(2), so that no group that bars you is dropped (user_namespaces(7))',
    )
  if (uids.length === 0 && gids.length === 0 && asked !== 'deny') return undefined
  return {
    uids: lines(uids),
    gids: lines(gids),
    denySetgroups: asked === 'deny' || alone,
    uidHelper: euid !== 0 && !isOwn(uids, euid),
    gidHelper: euid !== 0 && !isOwn(gids, egid),
    pointer: `--${mapFlags.find((flag) => flags[flag] !== undefined) ?? 'setgroups'}`,
  }
}

/** The flags that map ids. */
export const mapFlags = [
  ...['map-root-user', 'map-current-user', 'map-user', 'map-group'],
  ...['map-auto', 'map-subids', 'map-users', 'map-groups'],
]

const kinds = {
  user: { one: 'map-user', many: 'map-users', names: '/etc/passwd', ranges: '/etc/subuid', id: 'euid' },
  group: { one: 'map-group', many: 'map-groups', names: '/etc/group', ranges: '/etc/subgid', id: 'egid' },
} as const
type Kind = (typeof kinds)[keyof typeof kinds]

const lines = (ranges: readonly Range[]) =>
  ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}`).join('\n')

const isOwn = ([first, ...more]: readonly Range[], id: number) =>
  more.length === 0 && first?.count === 1 && first.outside === id

function singleOf(native: Native, flags: Readonly<Values>, { one, names, id }: Kind): Range | undefined {
  const outside = native[id]()
  const given = Object.keys(flags).filter((flag) => [one, 'map-root-user', 'map-current-user'].includes(flag))
  const last = given[given.length - 1]
  if (last === undefined) return undefined
  if (last === 'map-root-user') return { inside: 0, outside, count: 1 }
  if (last === 'map-current-user') return { inside: outside, outside, count: 1 }
  return { inside: named(native, String(flags[one]), { flag: one, names }), outside, count: 1 }
}

// passwd(5), group(5): name:password:id:…
function named(native: Native, text: string, { flag, names }: { flag: string; names: string }): number {
  const number = numberOf(text)
  if (number !== undefined) return number
  const found = [...entriesOf(native, names)].find(([name]) => name === text)?.[2]
  const id = found === undefined ? undefined : numberOf(found)
  if (id === undefined) throw new UsageError('ARGUMENT', `--${flag} ${text}: no id, and no such name in ${names}`)
  return id
}

function rangeOf(native: Native, flags: Readonly<Values>, kind: Kind): Range | undefined {
  const implied = flags['map-auto'] === true ? 'auto' : flags['map-subids'] === true ? 'subids' : undefined
  const text = textOf(flags[kind.many]) ?? implied
  if (text === undefined) return undefined
  if (text === 'auto' || text === 'subids') return subordinate(native, kind, text)
  const [a, b, count, ...more] = text.split(text.includes(':') ? ':' : ',').map(numberOf)
  if (a === undefined || b === undefined || count === undefined || more.length > 0)
    throw new UsageError(
      'ARGUMENT',
      `--${kind.many} ${text}: OUTSIDE,INSIDE,COUNT, or INSIDE:OUTSIDE:COUNT, or auto, or subids`,
    )
  return text.includes(':') ? { inside: a, outside: b, count } : { inside: b, outside: a, count }
}

// The first range that is the user's. `subids`: to itself.
function subordinate(native: Native, { many, ranges }: Kind, how: 'auto' | 'subids'): Range {
  const uid = native.euid()
  const [found] = subordinateRanges(native, ranges, uid)
  const [outside, count] = [numberOf(found?.[0] ?? ''), numberOf(found?.[1] ?? '')]
  if (outside !== undefined && count !== undefined) return { inside: how === 'auto' ? 0 : outside, outside, count }
  const cure = `usermod --add-sub${ranges.endsWith('uid') ? 'u' : 'g'}ids FIRST-LAST`
  const user = userName(native, uid) ?? String(uid)
  throw new UsageError('ARGUMENT', `--${many} ${how}: no line for ${user} in ${ranges}: ${cure} ${user}`)
}

/** Both: the one id makes room for itself in the range, of which the last id stays outside then. */
export function together(range: Range | undefined, single: Range | undefined): readonly Range[] {
  if (range === undefined || single === undefined) return [single ?? range].filter((each) => each !== undefined)
  const before = single.inside - range.inside
  if (before < 0 || before >= range.count) return [single, range]
  const rest = range.count - before - 1
  const split = [
    single,
    { inside: range.inside, outside: range.outside, count: before },
    { inside: single.inside + 1, outside: range.outside + before, count: rest },
  ]
  return split.filter(({ count }) => count > 0)
}
