import { readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'

const root = '/run/ocits-inherited'
const seen = '/run/ocits-inherited-hook'

/** A hook that prints the signals that were blocked and ignored at its start. */
const hook = {
  path: '/bin/sh',
  args: ['sh', '-c', `exec grep -E '^Sig(Blk|Ign)' /proc/self/status >${seen}`],
  env: ['PATH=/usr/bin:/bin'],
}
const asNew = ['SigBlk', 'SigIgn'].map((name) => `${name}:\t0000000000000000\n`).join('')

/** The format is that of coreutils; libc reserves 32 and 33, and env cannot change them. */
const can = Array.from({ length: 64 }, (_, index) => index + 1).filter((sig) => ![9, 19, 32, 33].includes(sig))
const ways = {
  ignored: (signals: readonly number[]) => [`--ignore-signal=${signals}`],
  blocked: (signals: readonly number[]) => [`--block-signal=${signals}`],
  both: (signals: readonly number[]) => [`--ignore-signal=${signals}`, `--block-signal=${signals}`],
}

/** An exit code, the view of the process, and a hook with its status: all as if the caller had default settings. */
async function asEver(ocits: Runtime, bundle: string, caller: readonly string[]): Promise<void> {
  rmSync(seen, { force: true })
  const { code, stdout, stderr } = await run([...caller, ...ocits.command, 'run', '--bundle', bundle, 'inherits'])
  assert.is(stderr, '', caller.join(' '))
  assert.is(stdout, 'signals not as they should be:\n', caller.join(' '))
  assert.is(code, 7, caller.join(' '))
  assert.is(readFileSync(seen, 'utf8'), asNew, caller.join(' '))
}

const probe = ['signals', 'exit', '7']
const plain = () => make(config(probe, { hooks: { createRuntime: [hook] }, mounts: [proc] }))
const mapped = () =>
  make(
    config(probe, {
      hooks: { createRuntime: [hook] },
      mounts: [proc],
      linux: {
        namespaces: [{ type: 'user' }, { type: 'pid' }, { type: 'mount' }],
        uidMappings: [{ containerID: 0, hostID: 0, size: 1000 }],
        gidMappings: [{ containerID: 0, hostID: 0, size: 1000 }],
      },
    }),
  )

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  for (const [way, words] of Object.entries(ways)) {
    law(`a caller with all signals ${way} changes nothing`, async (ocits) => {
      await asEver(ocits, await plain(), ['env', ...words(can)])
      await asEver(ocits, await mapped(), ['env', ...words(can)])
    })
  }

  // Each signal alone, only with the static executable: Node has its own handling of signals.
  if (binding.name === 'ocits')
    for (const [way, words] of Object.entries(ways))
      law(`a caller with one signal ${way} changes nothing`, async (ocits) => {
        const bundle = await plain()
        for (const sig of can) await asEver(ocits, bundle, ['env', ...words([sig])])
      })

  law('a failed hook reports its status although the caller ignores SIGCHLD', async (ocits) => {
    const failing = { ...hook, args: ['sh', '-c', 'exit 3'] }
    const bundle = await make(config(probe, { hooks: { createRuntime: [failing] } }))
    const { code, stderr } = await run(['env', '--ignore-signal=CHLD', ...ocits.command, 'run', '-b', bundle, 'fails'])
    assert.is(code, 1)
    assert.match(stderr, /exit status 3\b/)
  })

  law('the cgroups of a container are readable for all, whatever the umask of the caller', async (ocits) => {
    const linux = { ...config([]).linux, cgroupsPath: '/ocits-umask/above/one' }
    const bundle = await make(config(['trap'], { linux }))
    const under = ['sh', '-c', 'umask 077; exec "$@"', 'sh']
    succeeded(await run([...under, ...ocits.command, 'create', '--bundle', bundle, 'open']))
    const { cgroups } = JSON.parse(readFileSync(`${root}/open/state.json`, 'utf8'))
    for (const folder of cgroups)
      for (const path of [folder, dirname(folder), dirname(dirname(folder))])
        if (path.includes('/ocits-umask')) assert.is(statSync(path).mode & 0o7777, 0o755, path)
    succeeded(await ocits(['delete', 'open']))
    // The ones above also belong to others, and stay.
    for (const folder of cgroups)
      for (const path of [dirname(folder), dirname(dirname(folder))]) if (path.includes('/ocits-umask')) rmdirSync(path)
  })

  law('the limits, the umask, the folder and the environment of the caller change nothing', async (ocits) => {
    const bundle = await make(config(['umask', 'cwd', 'env', 'exit', '7'], { process: { user: { umask: 0o22 } } }))
    const command = [...ocits.command, 'run', '--bundle', bundle, 'inherits']
    const usual = await run(command)
    assert.is(usual.code, 7, usual.stderr)
    const callers = {
      'umask 777': 'umask 777; exec "$@"',
      'umask 0': 'umask 0; exec "$@"',
      'a folder that is gone': 'mkdir -p /tmp/gone; cd /tmp/gone; rmdir /tmp/gone; exec "$@"',
      'a folder that may not be entered': 'cd /proc/self/fd; exec "$@"',
      'no environment': 'exec env -i "$@"',
      'a strange environment': 'exec env -i =x a=b LC_ALL=xx "$@"',
      'no core, little stack': 'ulimit -S -c 0; ulimit -S -s 256; exec "$@"',
      'few descriptors': 'ulimit -S -n 64; exec "$@"',
      nice: 'exec nice -n 5 "$@"',
    }
    for (const [name, script] of Object.entries(callers)) {
      const { code, stdout, stderr } = await run(['/bin/sh', '-c', script, 'sh', ...command])
      assert.equal([stderr, stdout, code], ['', usual.stdout, 7], name)
    }
  })

  law('a detached container outlives a caller that ignores all signals', async (ocits) => {
    const bundle = await make(config(['signals', 'trap'], { mounts: [proc] }))
    const words = ways.both(can)
    succeeded(await run(['env', ...words, ...ocits.command, 'create', '--bundle', bundle, 'long']))
    succeeded(await run(['env', ...words, ...ocits.command, 'start', 'long']))
    succeeded(await run(['env', ...words, ...ocits.command, 'delete', '--force', 'long']))
  })
}

test.run()
