import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { NamespaceType } from '../../src/spec/linux.ts'
import { read } from '../harness/bundle.ts'
import { law, ocits } from '../harness/image.ts'
import { says } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { withFighter } from './fighter.ts'
import { many } from './scale.ts'

// A process that adds mounts to a container holds a procfs of the host meanwhile: nobody in there can look into it.

const caps = ['CAP_SYS_PTRACE', 'CAP_SYS_ADMIN', 'CAP_SYS_CHROOT', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH']
const powerful = { bounding: caps, effective: caps, permitted: caps }
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const ids = { uidMappings: maps, gidMappings: maps }

const kinds: Readonly<Record<string, readonly NamespaceType[]>> = {
  'who is root of the machine, in a pid namespace': ['mount', 'pid'],
  'root of a user namespace': ['mount', 'pid', 'user'],
  'root of a user namespace who sees the processes of the host': ['mount', 'user'],
}

for (const [who, types] of Object.entries(kinds))
  law(
    `${who} finds nothing of the host in who adds mounts`,
    async () => {
      const hasUser = types.includes('user')
      const args = ['/bin/fighter', 'watch', 'watch']
      const linux = { namespaces: types.map((type) => ({ type })), ...(hasUser ? ids : {}) }
      const bundle = await withFighter(await make(config([], { process: { args, capabilities: powerful }, linux })))
      await must(['chown', '-R', hasUser ? '100000:100000' : '0:0', bundle])
      const { out, stderr } = await ocits(['run', '--detach', '--bundle', bundle, 'fighting'])
      assert.is(stderr, '')
      await says(out, 'ready')
      const file = `/tmp/ocits-attack-mounts.${process.pid}`
      const mounts = ['/a', '/b', '/c'].map((destination) => ({
        destination,
        source: '/tmp',
        options: ['rbind', 'ro'],
      }))
      writeFileSync(file, JSON.stringify(mounts))
      for (let i = 0; i < many(300, 15); i++)
        for (const act of ['add', 'remove']) succeeded(await ocits(['mounts', act, 'fighting', file]))
      assert.is(read(out), 'ready\n')
      succeeded(await ocits(['delete', '--force', 'fighting']))
    },
    many(120_000, 30_000),
  )

test.run()
