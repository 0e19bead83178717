import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'

// podman asks for tmpcopyup of each --tmpfs: the mode and owner of the folder itself.

const tmpfs = (destination: string, ...options: string[]) => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['tmpcopyup', ...options],
})

for (const binding of bindings)
  live(
    `${binding.name}: a tmpfs with tmpcopyup has the mode and owner of the covered folder, unless the config sets them`,
    async () => {
      const mounts = [tmpfs('/covers'), tmpfs('/new'), tmpfs('/mode', 'mode=1750'), tmpfs('/uid', 'uid=7', 'mode=700')]
      const args = [...mounts.map(({ destination }) => destination), '/covers/below'].flatMap((path) => ['stat', path])
      const bundle = await make(config(args, { mounts: [proc, ...mounts] }))
      for (const path of ['/covers', '/covers/below', '/mode', '/uid']) {
        mkdirSync(`${bundle}/rootfs${path}`)
        chownSync(`${bundle}/rootfs${path}`, 5, 6)
        chmodSync(`${bundle}/rootfs${path}`, 0o2751)
      }
      const ocits = runtime(binding, '/run/ocits-copied-up')
      assert.is(
        succeeded(await ocits(['run', '--bundle', bundle, 'copied-up'])),
        `/covers: directory 2751 5:6
/new: directory 1777 0:0
/mode: directory 1750 5:6
/uid: directory 0700 7:6
/covers/below: directory 2751 5:6
`,
      )
    },
  )

test.run()
