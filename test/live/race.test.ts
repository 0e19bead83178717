import { mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canary } from '../harness/canary.ts'
import { law, ocits } from '../harness/image.ts'
import { config, make, proc } from '../harness/make.ts'
import { must, run } from '../harness/run.ts'

// Another container that shares a volume exchanges a folder of it with a link while ocits mounts there.

/** Fails if a mount named `swapped` is on the file system of the canary, the /run of the sandbox. */
const escaped =
  "awk '/ - tmpfs run /{host[$1]} / - tmpfs swapped /{if ($2 in host) bad = 1} END {exit bad}' /proc/self/mountinfo"

/** At least this long, and until enough containers were made. */
const seconds = Number(process.env.RACE_SECONDS ?? 3)
const enough = 20
const limit = 60_000 + seconds * 1000

law(
  'a folder that turns into a link and back never leads out of the image',
  async () => {
    const bundle = await make(
      config(['mounts'], {
        mounts: [
          proc,
          { destination: '/vol/d/mounted', type: 'tmpfs', source: 'swapped' },
          { destination: '/vol/d/new/file', source: 'config.json', options: ['bind'] },
        ],
        // Before pivot_root the mounts of the host and of the container are in one list.
        hooks: { createContainer: [{ path: '/bin/sh', args: ['sh', '-c', escaped], env: ['PATH=/usr/bin:/bin'] }] },
      }),
    )
    const volume = `${bundle}/rootfs/vol`
    mkdirSync(`${volume}/d`, { recursive: true })
    symlinkSync(`${canary}/folder`, `${volume}/l`)
    const swapper = run([`${bundle}/rootfs/probe`, 'swap', `${volume}/d`, `${volume}/l`, '3600'], { limit })
    const naive = run([`${bundle}/rootfs/probe`, 'naive', `${volume}/d`, '3600'], { limit: 20_000 })
    // Without an attack that works on other programs this would prove nothing.
    assert.is((await naive).stdout, 'naive: escaped\n')
    const caught = `mount -t tmpfs swapped ${canary}/folder && ! ${escaped}`
    await must(['unshare', '--mount', 'sh', '-c', caught])
    const start = Date.now()
    let [made, failed] = [0, 0]
    while (made <= enough || Date.now() - start < seconds * 1000) {
      const { code, stderr } = await ocits(['run', '--bundle', bundle, 'raced'])
      if (code === 0) made++
      else failed++
      assert.ok(code === 0 || stderr.includes('#/mounts/'), stderr)
    }
    console.log(`  ${made + failed} containers under the race, ${failed} refused`)
    process.kill(swapper.pid, 'SIGKILL')
    assert.is((await swapper).signal, 'SIGKILL', 'the race went on to the end')
  },
  limit,
)

test.run()
