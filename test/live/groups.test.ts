import { spawn } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { says, soon } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'

// The supplementary groups of the caller: 5, 6 and 7.

const caller = { name: 'grouped', command: ['setpriv', '--groups', '5,6,7', ...binary.command] }
const ocits = runtime(caller, '/run/ocits-groups')
const keep = (value: string) => ({ 'run.oci.keep_original_groups': value })

async function groups(changes: Changes, owner = 0): Promise<string> {
  const bundle = await make(config(['id'], changes))
  if (owner !== 0) chownSync(`${bundle}/rootfs`, owner, owner)
  return succeeded(await ocits(['run', 'one', bundle])).split('\n')[2] ?? ''
}

const user = { uid: 1000, gid: 1000 }

live('are dropped', async () => {
  assert.is(await groups({}), 'groups')
  assert.is(await groups({ process: { user: { ...user, additionalGids: [9] } } }), 'groups 9')
  assert.is(await groups({ annotations: keep('0') }), 'groups')
})

live('are kept with an annotation', async () => {
  assert.is(await groups({ annotations: keep('1') }), 'groups 5 6 7')
  assert.is(await groups({ annotations: keep('true'), process: { user } }), 'groups 5 6 7')
})

live('are kept in a user namespace, where they have no number', async () => {
  const maps = [{ containerID: 0, hostID: 100000, size: 2000 }]
  const namespaces = [{ type: 'user' as const }, { type: 'pid' as const }, { type: 'mount' as const }]
  const linux = { namespaces, uidMappings: maps, gidMappings: maps }
  assert.is(await groups({ linux }, 100000), 'groups')
  assert.is(await groups({ linux, annotations: keep('1') }, 100000), 'groups 65534 65534 65534')
})

live('are dropped, even if a joined user namespace denies setgroups', async () => {
  // A process that maps a group without privilege must have denied setgroups (user_namespaces(7)).
  const holder = spawn('unshare', ['--user', '--map-root-user', 'sleep', '3600'], { uid: 1000, gid: 1000 })
  try {
    const of = `/proc/${holder.pid}`
    assert.ok(await soon(() => /sleep/.test(readFileSync(`${of}/comm`, 'utf8'))))
    const namespaces = [
      { type: 'user' as const, path: `${of}/ns/user` },
      { type: 'pid' as const },
      { type: 'mount' as const },
    ]
    assert.is(await groups({ linux: { namespaces } }, 1000), 'groups')
    const bundle = await make(config(['trap'], { linux: { namespaces } }))
    chownSync(`${bundle}/rootfs`, 1000, 1000)
    const ran = await ocits(['run', '--detach', '--bundle', bundle, 'one'])
    succeeded(ran)
    await says(ran.out, 'ready')
    assert.is(succeeded(await ocits(['exec', 'one', '/probe', 'id'])).split('\n')[2], 'groups')
    succeeded(await ocits(['delete', '--force', 'one']))
  } finally {
    holder.kill('SIGKILL')
  }
})

test.run()
