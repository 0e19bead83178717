import { mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, type Runtime, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { makeUser, uid, userRoot, userRuntime } from '../harness/user.ts'

// The flags that the source of a bind mount has on the host, and what they become for each config: each flag alone and all together, each
// option, with and without a user namespace, as root and as a user.

await makeUser()
const root = '/run/ocits-bind-flags'
const ocits = runtime(binary, root)
const user = userRuntime(binary)

/** In the order of mountinfo. */
const flags = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'nosymfollow'] as const
const atimes = ['noatime', 'relatime', 'strictatime']

const sources: readonly (readonly string[])[] = [
  ['rw'],
  ['ro'],
  ...flags.map((flag) => ['rw', flag]),
  ['rw', 'strictatime'],
  ['ro', 'nosuid', 'nodev', 'noexec'],
  ['ro', 'nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'nosymfollow'],
]

const options: readonly (readonly string[])[] = [
  [],
  ...[
    ...['ro', 'rw', 'nosuid', 'suid', 'nodev', 'dev', 'noexec', 'exec', 'nosymfollow', 'symfollow'],
    ...['noatime', 'atime', 'nodiratime', 'diratime', 'relatime', 'norelatime', 'strictatime', 'nostrictatime'],
    ...[
      'rro',
      'rrw',
      'rnosuid',
      'rsuid',
      'rnodev',
      'rdev',
      'rnoexec',
      'rexec',
      'rnoatime',
      'rrelatime',
      'rstrictatime',
    ],
    ...['defaults', 'private', 'sync'],
  ].map((option) => [option]),
  ['ro', 'nosuid', 'nodev', 'noexec'],
  ['rw', 'suid', 'dev', 'exec', 'diratime', 'symfollow', 'relatime'],
  ['ro', 'rw'],
  ['rw', 'ro'],
  ['ro', 'rnosuid'],
]

/** Options that do not concern a flag. */
const silent = ['defaults', 'private', 'sync', 'norelatime']

/** The flags in mountinfo: in a user namespace the old ones with the changes of the config; otherwise those of mount(2), see `replaced`. */
function expected(source: readonly string[], asked: readonly string[], mapped: boolean): string {
  const has = new Set(source)
  if (!atimes.some((mode) => has.has(mode))) has.add('relatime')
  const alone = asked.filter((option) => !silent.includes(option) && !isBelow(option))
  if (alone.length > 0 && !mapped)
    for (const flag of ['ro', 'nosuid', 'nodev', 'noexec', 'nosymfollow']) has.delete(flag)
  for (const option of [...alone, ...asked.filter(isBelow).map((option) => option.slice(1))]) change(has, option)
  const shown = flags.filter((flag) => has.has(flag))
  return [has.has('ro') ? 'ro' : 'rw', ...shown].join(',')
}

const isBelow = (option: string): boolean => option.startsWith('r') && !['ro', 'rw', 'relatime'].includes(option)

function change(has: Set<string>, option: string): void {
  if (option === 'rw') has.delete('ro')
  else if (atimes.includes(option) || option === 'atime' || option === 'nostrictatime') {
    for (const mode of atimes) has.delete(mode)
    has.add(atimes.includes(option) ? option : 'relatime')
  } else if (flags.includes(`no${option}` as (typeof flags)[number])) has.delete(`no${option}`)
  else has.add(option)
}

const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const own = [
  { containerID: 0, hostID: uid, size: 1 },
  { containerID: 1, hostID: 100_000, size: 9 },
]
const mapped = (ids: typeof maps) => ({
  namespaces: (['pid', 'mount', 'user'] as const).map((type) => ({ type })),
  uidMappings: ids,
  gidMappings: ids,
})

/** A bundle that binds the source once for each list of options, and prints the resulting flags. */
async function bundleOf(source: string, lists: readonly (readonly string[])[], ids?: typeof maps): Promise<string> {
  const mounts = lists.map((list, i) => ({ destination: `/m/${i}`, source, options: ['bind', ...list] }))
  const words = mounts.flatMap(({ destination }) => ['mount', destination])
  const linux = ids === undefined ? {} : { linux: mapped(ids) }
  const path = await make(config(words, { mounts: [proc, ...mounts], ...linux }))
  if (ids !== undefined) await must(['chown', '-R', `${ids[0]?.hostID}:${ids[0]?.hostID}`, path])
  return path
}

const shown = (printed: string): readonly string[] =>
  printed.split('\n').flatMap((line) => /^mount \S+: (\S+)/.exec(line)?.[1] ?? [])

let count = 0

/** Mounts a file system with these flags while `body` runs. */
async function mounted(source: readonly string[], body: (path: string) => Promise<void>): Promise<void> {
  const path = `/tmp/bind-flags.${process.pid}/${count++}`
  mkdirSync(path, { recursive: true })
  await must(['mount', '-i', '-t', 'tmpfs', '-o', 'mode=777', 'source', path])
  await must(['mount', '-i', '-o', `remount,bind,${source}`, path])
  try {
    await body(path)
  } finally {
    await must(['umount', path])
  }
}

async function compare(runtime: Runtime, source: readonly string[], ids?: typeof maps, lists = options): Promise<void> {
  await mounted(source, async (path) => {
    const found = shown(succeeded(await runtime(['run', '--bundle', await bundleOf(path, lists, ids), 'flags'])))
    const table = lists.map((asked, i) => `${asked.join() || 'nothing'}: ${found[i]}`)
    const wanted = lists.map((asked) => `${asked.join() || 'nothing'}: ${expected(source, asked, ids !== undefined)}`)
    assert.equal(table, wanted)
  })
}

const law = (name: string, state: string, body: () => Promise<void>): void =>
  live(name, async () => {
    const before = traces(state)
    await body()
    await unchanged(before, state)
  })

for (const source of sources) {
  law(`a bind mount of a ${source} source has the flags that mount(2) gives`, root, () => compare(ocits, source))
  law(
    `a bind mount of a ${source} source in a user namespace keeps all flags that the config does not clear`,
    root,
    () => compare(ocits, source, maps),
  )
}

// Here the kernel has locked the flags: user_namespaces(7), mount_namespaces(7).
const clears: Readonly<Record<string, readonly string[]>> = {
  ro: ['rw', 'rrw'],
  nosuid: ['suid', 'rsuid'],
  nodev: ['dev', 'rdev'],
  noexec: ['exec', 'rexec'],
}
const modes = ['atime', 'noatime', 'relatime', 'strictatime', 'nostrictatime', 'nodiratime', 'diratime']
const isLocked = (option: string): boolean =>
  Object.values(clears).flat().includes(option) || modes.includes(option.replace(/^r(?!elatime$)/, ''))
const free = options.filter((asked) => !asked.some(isLocked))

for (const source of [['rw'], ['ro'], ...flags.map((flag) => ['rw', flag]), ['ro', 'nosuid', 'nodev', 'noexec']])
  law(`a user’s bind mount of a ${source} source keeps its flags`, userRoot, async () => {
    const cleared = Object.entries(clears)
    const absent = cleared.flatMap(([flag, words]) => (source.includes(flag) ? [] : words.map((word) => [word])))
    await compare(user, source, own, [...free, ...absent])
    for (const word of cleared.flatMap(([flag, words]) => (source.includes(flag) ? words : [])))
      await mounted(source, async (path) => {
        const bundle = await bundleOf(path, [[], [word]], own)
        refused(await user(['run', '--bundle', bundle, 'locked']), '#/mounts/2: ', 'not permitted', 'has locked')
      })
  })

test.run()
