import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'

// Flags of exec that engines give rarely.

const root = '/run/ocits-exec-flags'

async function running(ocits: Runtime, changes: Changes, body: () => Promise<void>): Promise<void> {
  const quick = aside(ocits)
  const { out } = await quick(['run', '--detach', '--bundle', await make(config(['trap'], changes)), 'web'])
  try {
    await says(out, 'ready')
    await body()
  } finally {
    await quick(['resume', 'web'])
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

const enabled = '/sys/module/apparmor/parameters/enabled'
const modules = {
  '--apparmor': [existsSync(enabled) && readFileSync(enabled, 'utf8') === 'Y\n', 'AppArmor'],
  '--process-label': [existsSync('/sys/fs/selinux/enforce'), 'SELinux'],
} as const

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('exec --preserve-fds passes on these descriptors, and no others', async (ocits) => {
    const fds = ['three', 'four', 'five'].map((name) => {
      writeFileSync(`/tmp/ocits-exec-fd-${name}`, name)
      return openSync(`/tmp/ocits-exec-fd-${name}`, 'r')
    })
    await running(ocits, {}, async () => {
      const asked = ['web', '/probe', 'fds', 'read', '/proc/self/fd/4']
      const exec = async (...flags: readonly string[]) => succeeded(await ocits(['exec', ...flags, ...asked], { fds }))
      assert.is(await exec('--preserve-fds', '2'), 'fds 0 1 2 3 4\n/proc/self/fd/4: four\n')
      assert.match(await exec(), /^fds 0 1 2\n/)
      const { code, stderr } = await ocits(['exec', '--preserve-fds', '4', ...asked], { fds })
      assert.equal([code, stderr], [255, 'ocits: exec failed: --preserve-fds: file descriptor 6 is not open\n'])
    })
  })

  law('exec --no-new-privs', async (ocits) => {
    await running(ocits, {}, async () => {
      for (const [flags, value] of [
        [[], 0],
        [['--no-new-privs'], 1],
      ] as const)
        assert.match(
          succeeded(await ocits(['exec', ...flags, 'web', '/probe', 'privileges'])),
          new RegExp(`^no_new_privs ${value},`),
        )
    })
  })

  for (const [flag, [active, module]] of Object.entries(modules)) {
    const name = `exec ${flag} is refused without ${module}`
    if (active) skipped(`${binding.name}: ${name}`, `${module} is active`)
    else
      law(name, async (ocits) => {
        await running(ocits, {}, async () => {
          const { code, stdout, stderr } = await ocits(['exec', flag, 'guard', 'web', '/probe', 'id'])
          assert.equal([code, stdout], [255, ''])
          assert.ok(stderr.startsWith(`ocits: exec failed: ${flag}: ${module} is not active on this machine`), stderr)
        })
      })
  }

  law('exec --ignore-paused: the program runs after resume', async (ocits) => {
    const quick = aside(ocits)
    await running(ocits, {}, async () => {
      succeeded(await quick(['pause', 'web']))
      const exec = ocits(['exec', '--ignore-paused', 'web', '/probe', 'say', 'later'])
      let ended = false
      exec.then(
        () => {
          ended = true
        },
        () => undefined,
      )
      assert.not(await soon(() => ended || readFileSync(exec.out, 'utf8') !== '', 300), 'it went on')
      succeeded(await quick(['resume', 'web']))
      assert.is(succeeded(await exec), 'later\n')
    })
  })
}

test.run()
