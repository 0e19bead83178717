import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { law, ocits } from '../harness/image.ts'
import { reaches, says, soon } from '../harness/life.ts'
import { config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces } from '../harness/traces.ts'
import { withFighter } from './fighter.ts'
import { many } from './scale.ts'

// Containers resist their own end; each has a limit of pids and cgroups that it can write to. `kill` and `delete` must end them with all
// their processes in time, and must not touch anything else.

type Spaces = 'pid' | 'none'
const all = ['CAP_SYS_PTRACE', 'CAP_KILL', 'CAP_SYS_ADMIN', 'CAP_DAC_OVERRIDE']

async function fighting(ways: readonly string[], spaces: Spaces): Promise<string> {
  const types = [...(['mount', 'cgroup', 'ipc'] as const), ...(spaces === 'pid' ? (['pid'] as const) : [])]
  const bundle = await make(
    config([], {
      process: { args: ['/bin/fighter', ...ways], capabilities: { bounding: all, effective: all, permitted: all } },
      mounts: [proc, { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['rw'] }],
      linux: { namespaces: types.map((type) => ({ type })), resources: { pids: { limit: 60 } } },
    }),
  )
  return withFighter(bundle)
}

// In the pid namespace of the sandbox, `stop` would stop the tests themselves, and `trace` would hold them.
const fights: readonly (readonly [ways: readonly string[], spaces: readonly Spaces[]])[] = [
  [['bomb'], ['pid', 'none']],
  [['stop', 'hold'], ['pid']],
  [['trace', 'hold', 'bomb'], ['pid']],
  [
    ['hop', 'hop', 'bomb'],
    ['pid', 'none'],
  ],
  [['grow'], ['pid', 'none']],
  [
    ['freeze', 'bomb'],
    ['pid', 'none'],
  ],
  // They begin in this order: a bomb leaves no pid for later ones, and `stop` stops all processes that exist.
  [['hop', 'grow', 'freeze', 'trace', 'hold', 'bomb', 'stop'], ['pid']],
]

/** What each attack changes in the cgroups, which shows that the fight has begun. */
const made: Readonly<Record<string, string>> = { hop: 'hop0', grow: 'grow0', freeze: 'frozen' }
const isThere = (name: string) =>
  traces(ocits.root).some((line) => line.startsWith('cgroup ') && line.includes(`/${name}`))

for (const [ways, spaces] of fights)
  for (const space of spaces)
    law(
      `${ways.join(', ')}${space === 'pid' ? '' : ' in the pid namespace of the host'}: the container ends`,
      async () => {
        const bundle = await fighting(ways, space)
        const marks = ways.filter((way) => way in made).map((way) => made[way] ?? '')
        for (let round = 0; round < many(12, 2); round++) {
          const { out } = begun(await ocits(['run', '--detach', '--bundle', bundle, 'fighting']))
          await says(out, 'ready')
          if (marks.length > 0) assert.ok(await soon(() => marks.some((mark) => isThere(mark))), 'it makes cgroups')
          await sleep(20 + 30 * (round % 4))
          if (round % 2 === 0) succeeded(await ocits(['delete', '--force', 'fighting']))
          else {
            succeeded(await ocits(['kill', 'fighting', 'KILL']))
            await reaches(ocits, 'fighting', 'stopped')
            succeeded(await ocits(['delete', 'fighting']))
          }
        }
      },
      many(240_000, 40_000),
    )

function begun<R extends { readonly code: number | null; readonly stderr: string }>(result: R): R {
  assert.is(result.code, 0, result.stderr)
  return result
}

test.run()
