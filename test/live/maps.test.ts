import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, type Runtime, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { makeUser, uid, userRoot, userRuntime } from '../harness/user.ts'

// User namespaces whose maps have no 0: nobody in them is root, and the container runs as its user.

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

law('neither has 0', root, async () => {
  const printed = await runs(ocits, { uid: 23_689, gid: 5 }, [to(23_689, 23_689)], [to(5, 23_690)])
  assert.match(printed, /\n\/dev: directory 0755 23689:5\n/)
})
law('the uids have none', root, () =>
  runs(ocits, { uid: 7, gid: 0 }, [to(7, 100_000)], [to(0, 100_000)]).then(() => undefined),
)
law('the gids have none', root, () =>
  runs(ocits, { uid: 0, gid: 7 }, [to(0, 100_000)], [to(7, 100_000)]).then(() => undefined),
)
law('a user as itself', userRoot, () =>
  runs(user, { uid, gid: uid }, [to(uid, uid)], [to(uid, uid)]).then(() => undefined),
)
law('a process whose user has no id there is refused', root, async () => {
  for (const [ids, words] of [
    [{ uid: 0, gid: 7 }, '#/process/user/uid: 0 is not mapped'],
    [{ uid: 7, gid: 8 }, '#/process/user/gid: 8 is not mapped'],
  ] as const)
    refused(await ocits(['run', '--bundle', await bundleOf(ids, [to(7, 100_000)], [to(7, 100_000)]), 'x']), words)
})

test.run()
