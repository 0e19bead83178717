import { chmodSync, closeSync, copyFileSync, openSync, readlinkSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary } from '../harness/binding.ts'
import { read } from '../harness/bundle.ts'
import { law, ocits } from '../harness/image.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { withFighter } from './fighter.ts'
import { many } from './scale.ts'

// Attempts to leave a container, and to enter the runtime.

const caps = [
  'CAP_SYS_PTRACE',
  'CAP_SYS_ADMIN',
  'CAP_SYS_CHROOT',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_SETPCAP',
]
const powerful = { bounding: caps, effective: caps, permitted: caps }
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]

law('a process that keeps a descriptor of the init cannot write to it after the init has ended', async () => {
  for (let i = 0; i < many(20, 2); i++) {
    succeeded(await ocits(['create', '--bundle', await make(config(['sleep', '30000'])), 'sealed']))
    const { pid } = await stateOf(ocits, 'sealed')
    const held = openSync(`/proc/${pid}/exe`, 'r')
    succeeded(await ocits(['start', 'sealed']))
    const again = openSync(`/proc/self/fd/${held}`, 'r+')
    assert.throws(() => writeSync(again, '#!/evil'), /EPERM/)
    for (const fd of [held, again]) closeSync(fd)
    succeeded(await ocits(['delete', '--force', 'sealed']))
  }
})

law(
  'root of a user namespace cannot inspect an init that joins it',
  async () => {
    const first = await withFighter(
      await make(
        config([], {
          process: { args: ['/bin/fighter', 'watch', 'watch'], capabilities: powerful },
          linux: {
            namespaces: (['pid', 'mount', 'user'] as const).map((type) => ({ type })),
            ...{ uidMappings: maps, gidMappings: maps },
          },
        }),
      ),
    )
    await must(['chown', '-R', '100000:100000', `${first}/rootfs`])
    const { out, stderr } = await ocits(['run', '--detach', '--bundle', first, 'watching'])
    assert.is(stderr, '')
    await says(out, 'ready')
    const { pid } = await stateOf(ocits, 'watching')
    const second = await make(
      config(['id'], {
        linux: {
          namespaces: [
            { type: 'mount' },
            { type: 'pid', path: `/proc/${pid}/ns/pid` },
            { type: 'user', path: `/proc/${pid}/ns/user` },
          ],
        },
      }),
    )
    await must(['chown', '-R', '100000:100000', `${second}/rootfs`])
    for (let i = 0; i < many(500, 20); i++) succeeded(await ocits(['run', '--bundle', second, 'joining']))
    assert.is(read(out), 'ready\n')
    succeeded(await ocits(['delete', '--force', 'watching']))
  },
  many(120_000, 30_000),
)

law('a process with the same rights cannot inspect a waiting init', async () => {
  const first = await withFighter(await make(config([], { process: { args: ['/bin/fighter', 'watch'] } })))
  const { out } = await ocits(['run', '--detach', '--bundle', first, 'watching'])
  await says(out, 'ready')
  const { pid } = await stateOf(ocits, 'watching')
  const namespaces = [{ type: 'mount' as const }, { type: 'pid' as const, path: `/proc/${pid}/ns/pid` }]
  const second = await make(config(['id'], { linux: { namespaces } }))
  for (let i = 0; i < many(50, 3); i++) {
    succeeded(await ocits(['create', '--bundle', second, 'waiting']))
    await sleep(50)
    succeeded(await ocits(['delete', '--force', 'waiting']))
  }
  assert.is(read(out), 'ready\n')
  succeeded(await ocits(['delete', '--force', 'watching']))
})

law('a namespace of another type is not joined', async () => {
  const other = run(['unshare', '--uts', '--ipc', 'sleep', '1000'], { limit: 60_000 })
  const own = readlinkSync('/proc/self/ns/uts')
  try {
    assert.ok(await soon(() => readlinkSync(`/proc/${other.pid}/ns/uts`) !== own))
    for (const [type, file] of [
      ['network', 'uts'],
      ['ipc', 'uts'],
      ['uts', 'ipc'],
    ] as const) {
      const namespaces = [{ type: 'mount' as const }, { type, path: `/proc/${other.pid}/ns/${file}` }]
      const bundle = await make(config(['id'], { linux: { namespaces } }))
      refused(await ocits(['run', '--bundle', bundle, 'joining']), '#/linux/namespaces/1', 'another type')
    }
  } finally {
    process.kill(other.pid, 'SIGKILL')
  }
  await other
})

law('texts longer than a 16-bit length arrive unchanged', async () => {
  for (const size of [65_535, 65_536, 65_537, 130_000]) {
    const entry = `A=${'x'.repeat(size - 3)}y`
    const bundle = await make(config(['env'], { process: { env: [entry, 'B=after'] } }))
    const printed = succeeded(await ocits(['run', '--bundle', bundle, 'long']))
    assert.ok(printed.split('\n').includes(`env ${entry}`) && printed.includes('env B=after\n'), `${size}`)
  }
})

law('a process that leaves the root by chroot is still in the root, with and without pivot_root', async () => {
  for (const more of [[], ['--no-pivot']]) {
    const spec = config([], {
      process: { args: ['/bin/fighter', 'alone', 'unroot'], capabilities: powerful },
      mounts: [proc, { destination: '/sys', type: 'sysfs', source: 'sysfs' }],
    })
    const bundle = await withFighter(await make(spec))
    assert.is(succeeded(await ocits(['run', ...more, '--bundle', bundle, 'leaving'])), 'ready\ninside\n')
  }
})

law('a container cannot type into the terminal of the caller', async () => {
  const bundle = await withFighter(await make(config([], { process: { args: ['/bin/fighter', 'alone', 'type'] } })))
  const command = [...ocits.command, 'run', '--bundle', bundle, 'typing'].join(' ')
  const { stdout } = await run(['script', '--quiet', '--return', '--command', command, '/dev/null'])
  assert.is(stdout, 'ready\r\ntype: Operation not permitted\r\n')
})

law('with the set-user-ID bit ocits ends before it reads anything', async () => {
  const copy = '/tmp/ocits-set-user-id'
  copyFileSync(binary.command[0] ?? '', copy)
  chmodSync(copy, 0o4755)
  for (const args of [['--version'], ['--log', '/tmp/ocits-log', 'run', 'x'], ['--root', '/tmp/ocits-other', 'list']])
    refused(await run([copy, ...args], { uid: 65_534 }), 'set-user-ID')
})

test.run()
