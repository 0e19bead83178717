import { mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canary } from '../harness/canary.ts'
import { law, ocits } from '../harness/image.ts'
import { config, make, proc } from '../harness/make.ts'
import { patience } from '../harness/patience.ts'
import { must, run } from '../harness/run.ts'

// Another container that shares a volume swaps a folder and a link of it while mounts are made there.

/** Fails if a mount named `swapped` sits on the file system that holds the canary, the /run of the sandbox. */
const escaped =
  "awk '/ - tmpfs run /{host[$1]} / - tmpfs swapped /{if ($2 in host) bad = 1} END {exit bad}' /proc/self/mountinfo"

const seconds = Number(process.env.RACE_SECONDS ?? 3 * patience)

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
    const swapper = run([`${bundle}/rootfs/probe`, 'swap', `${volume}/d`, `${volume}/l`, String(seconds)], {
      limit: (seconds * 1000) / patience + 10_000,
    })
    const naive = run([`${bundle}/rootfs/probe`, 'naive', `${volume}/d`, String(seconds)], { limit: 20_000 })
    // Without an attack that works on others this would prove nothing.
    assert.is((await naive).stdout, 'naive: escaped\n')
    const caught = `mount -t tmpfs swapped ${canary}/folder && ! ${escaped}`
    await must(['unshare', '--mount', 'sh', '-c', caught])
    let done = false
    swapper.then(() => {
      done = true
    })
    let [made, failed] = [0, 0]
    while (!done) {
      const { code, stderr } = await ocits(['run', '--bundle', bundle, 'raced'])
      if (code === 0) made++
      else failed++
      assert.ok(code === 0 || stderr.includes('#/mounts/'), stderr)
    }
    console.log(`  ${made + failed} containers under the race, ${failed} refused`)
    assert.ok(made > 20, `${made} made, ${failed} failed`)
  },
  60_000,
)

test.run()
