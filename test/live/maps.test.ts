import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, type Runtime, runtime } from '../harness/binding.ts'
import { recorded, withFault } from '../harness/inject.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { makeUser, uid, userRoot, userRuntime } from '../harness/user.ts'

// User namespaces whose maps have no 0: no process in them is root, and the container runs as its user.

await makeUser()
const root = '/run/ocits-maps'
const ocits = runtime(binary, root)
const user = userRuntime(binary)

type Map = { readonly containerID: number; readonly hostID: number; readonly size: number }
const to = (containerID: number, hostID: number): Map => ({ containerID, hostID, size: 1 })

async function bundleOf(ids: { uid: number; gid: number }, uids: readonly Map[], gids: readonly Map[]) {
  const namespaces = (['pid', 'mount', 'user'] as const).map((type) => ({ type }))
  const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] }
  const mounts = [{ destination: '/proc', type: 'proc', source: 'proc' }, dev]
  const linux = { namespaces, uidMappings: [...uids], gidMappings: [...gids] }
  const path = await make(config(['id', 'stat', '/dev'], { process: { user: ids }, mounts, linux }))
  await must(['chown', '-R', `${uids[0]?.hostID}:${gids[0]?.hostID}`, path])
  return path
}

const law = (name: string, state: string, body: () => Promise<void>): void =>
  live(name, async () => {
    const before = traces(state)
    await body()
    await unchanged(before, state)
  })

async function runs(runtime: Runtime, ids: { uid: number; gid: number }, uids: readonly Map[], gids: readonly Map[]) {
  const printed = succeeded(await runtime(['run', '--bundle', await bundleOf(ids, uids, gids), 'mapped']))
  const { uid, gid } = ids
  assert.match(printed, new RegExp(`^uid ${uid} ${uid} ${uid}\ngid ${gid} ${gid} ${gid}\n`))
  return printed
}

law('no map has 0', root, async () => {
  const printed = await runs(ocits, { uid: 23_689, gid: 5 }, [to(23_689, 23_689)], [to(5, 23_690)])
  assert.match(printed, /\n\/dev: directory 0755 23689:5\n/)
})
law('the map of uids has no 0', root, () =>
  runs(ocits, { uid: 7, gid: 0 }, [to(7, 100_000)], [to(0, 100_000)]).then(() => undefined),
)
law('the map of gids has no 0', root, () =>
  runs(ocits, { uid: 0, gid: 7 }, [to(0, 100_000)], [to(7, 100_000)]).then(() => undefined),
)
law('a user with its own id', userRoot, () =>
  runs(user, { uid, gid: uid }, [to(uid, uid)], [to(uid, uid)]).then(() => undefined),
)
law('an init that is killed while it makes the map of a mount leaves no process behind', root, async () => {
  const [map, one] = [[to(0, 100_000)], [to(0, 1000)]]
  const mounts = [{ destination: '/in', source: '/usr', options: ['bind'], uidMappings: one, gidMappings: one }]
  const namespaces = (['pid', 'mount', 'user'] as const).map((type) => ({ type }))
  const path = await make(config(['id'], { mounts, linux: { namespaces, uidMappings: map, gidMappings: map } }))
  await must(['chown', '-R', '100000:100000', path])
  const command = [...ocits.command, 'run', '--bundle', path, 'mapped']
  const { places } = await recorded(command)
  // The child with the map is the first one that the init makes; then its files are opened.
  const clone = places.findIndex(({ process, name }) => process === '0.0' && name === 'clone3')
  const place = places.slice(clone).find(({ process, name }) => process === '0.0' && name === 'openat')
  if (place === undefined) throw new Error('no such place')
  const result = await withFault(command, place, 'kill')
  assert.ok(result.hit)
  assert.is(result.code, 1, `${result.code ?? result.signal}`)
  assert.match(result.stderr, 'killed')
})

law('a process whose user has no id there is refused', root, async () => {
  for (const [ids, words] of [
    [{ uid: 0, gid: 7 }, '#/process/user/uid: 0 is not mapped'],
    [{ uid: 7, gid: 8 }, '#/process/user/gid: 8 is not mapped'],
  ] as const)
    refused(await ocits(['run', '--bundle', await bundleOf(ids, [to(7, 100_000)], [to(7, 100_000)]), 'x']), words)
})

// --- id maps in an option of a bind mount, with the names of crun

const shows: readonly (readonly [option: string, mapped: boolean, a: string, b: string])[] = [
  ['idmap=uids=0-1000-1;gids=0-1000-1', false, '1000:1000', '65534:65534'],
  ['ridmap=uids=1000-0-1;gids=1000-5-1', false, '65534:65534', '0:5'],
  ['idmap=uids=0-1000-1#1000-0-1;gids=0-7-2#1000-1-1', false, '1000:7', '0:1'],
  ['idmap=uids=0-101000-1;gids=0-101000-1', true, '1000:1000', '65534:65534'],
  ['idmap=uids=@0-1000-1;gids=@0-1001-1', true, '1000:1001', '65534:65534'],
  ['idmap=uids=@0-1000-1#1000-1000-1;gids=@0-1001-1#1000-1001-1', true, '1000:1001', '65534:65534'],
]

for (const [option, mapped, a, b] of shows)
  law(`${option} ${mapped ? 'in a user namespace' : 'without one'}`, root, async () => {
    const uids = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
    const user = mapped ? { uidMappings: uids, gidMappings: uids } : {}
    const types = ['pid', 'mount', ...(mapped ? ['user'] : [])] as ('pid' | 'mount' | 'user')[]
    const linux = { namespaces: types.map((type) => ({ type })), ...user }
    const bound = { destination: '/data', source: 'data', options: ['bind', option] }
    const path = await make(config(['stat', '/data/a', 'stat', '/data/b'], { mounts: [bound], linux }))
    if (mapped) await must(['chown', '-R', '100000:100000', path])
    await must([
      'sh',
      '-c',
      `mkdir ${path}/data && touch ${path}/data/a ${path}/data/b && chown -R 0:0 ${path}/data && chown 1000:1000 ${path}/data/b`,
    ])
    const printed = succeeded(await ocits(['run', '--bundle', path, 'idmap']))
    assert.is(printed.replace(/file \d+ /g, ''), `/data/a: ${a}\n/data/b: ${b}\n`)
  })

law('a wrong map is refused, and another key with = is a warning', root, async () => {
  for (const [option, words] of [
    ['idmap=', 'both uids= and gids='],
    ['idmap=uids=x;gids=0-0-1', '"x" is not three numbers'],
    ['idmap=0-1000-1', 'neither uids= nor gids='],
    ['idmap=uids=0-0-0;gids=0-0-1', 'size must not be 0'],
    ['idmap=uids=@0-0-1;gids=@0-0-1', 'relative mapping'],
  ] as const) {
    const bound = { destination: '/data', source: '/usr', options: ['bind', option] }
    refused(
      await ocits(['run', '--bundle', await make(config(['id'], { mounts: [bound] })), 'x']),
      '#/mounts/0/options/1',
      words,
    )
  }
  const bound = { destination: '/data', source: '/usr', options: ['bind', 'size=1k'] }
  const { code, stderr } = await ocits(['run', '--bundle', await make(config(['id'], { mounts: [bound] })), 'x'])
  assert.is(code, 0)
  assert.match(stderr, /^ocits: warning: config.json#\/mounts\/0\/options\/1: .*"size=1k"\n$/)
})

test.run()
