import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { live, skipped } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-labels'
const ocits = runtime(binary, root)

const enabled = '/sys/module/apparmor/parameters/enabled'
const apparmor = existsSync(enabled) && readFileSync(enabled, 'utf8') === 'Y\n'
const selinux = existsSync('/sys/fs/selinux/enforce')

/** A test for machines without a security module, or for those with one. */
const when = (holds: boolean, reason: string, name: string, body: () => Promise<void>): void =>
  holds ? live(name, body) : skipped(name, reason)

async function fails(process: NonNullable<Changes['process']>, ...words: readonly string[]): Promise<void> {
  const before = traces(root)
  refused(await ocits(['run', 'one', await make(config(['pid'], { process }))]), ...words)
  await unchanged(before, root)
}

when(!apparmor, 'AppArmor is active', 'a profile without AppArmor', async () => {
  await fails({ apparmorProfile: 'guard' }, 'config.json#/process/apparmorProfile', 'AppArmor is not active')
})

when(!apparmor, 'AppArmor is active', 'unconfined asks for nothing', async () => {
  succeeded(await ocits(['run', 'one', await make(config(['pid'], { process: { apparmorProfile: 'unconfined' } }))]))
})

when(apparmor, 'AppArmor is not active', 'a profile that is not loaded', async () => {
  const where = 'config.json#/process/apparmorProfile'
  await fails({ apparmorProfile: 'ocits-none-such' }, where, 'no such file or directory', 'not loaded')
})

when(!selinux, 'SELinux is active', 'a label without SELinux', async () => {
  const selinuxLabel = 'system_u:system_r:container_t:s0'
  await fails({ selinuxLabel }, 'config.json#/process/selinuxLabel', 'SELinux is not active')
})

when(!selinux, 'SELinux is active', 'a mount label without SELinux', async () => {
  const changes: Changes = {
    mounts: [
      { destination: '/x', type: 'tmpfs', source: 'tmpfs' },
      { destination: '/q', type: 'mqueue', source: 'mqueue' },
    ],
    linux: {
      namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }],
      mountLabel: 'system_u:object_r:container_file_t:s0',
      maskedPaths: ['/x'],
    },
  }
  assert.is(succeeded(await ocits(['run', 'one', await make(config(['ls', '/x', 'ls', '/q'], changes))])), '/x:\n/q:\n')
})

test.run()
