import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { hierarchies, isOnV1, isV1 } from '../harness/cgroups.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// `pause` stops all processes of a container, reports this, and the paused container can be started, killed and deleted as with runc.

const root = '/run/ocits-pause'

/** The folder of the hierarchy that freezes containers on this machine. */
const freezer = hierarchies.find((top) => top.endsWith(isOnV1('freezer') ? 'freezer' : 'unified')) ?? '/sys/fs/cgroup'
const stateFile = isOnV1('freezer') ? 'freezer.state' : 'cgroup.freeze'
const frozen = (cgroup: string) => /^[1F]/.test(readFileSync(`${freezer}${cgroup}/${stateFile}`, 'utf8'))

/** A running container that answers signals; returns the path of its output. */
async function running(ocits: Runtime, id: string, changes: Parameters<typeof config>[1] = {}): Promise<string> {
  const quick = aside(ocits)
  const { out, ...created } = await quick(['create', '--bundle', await make(config(['trap'], changes)), id])
  succeeded({ out, ...created })
  succeeded(await quick(['start', id]))
  await says(out, 'ready')
  return out
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('a paused container stops until resume', async (ocits) => {
    const out = await running(ocits, 'still')
    assert.is(succeeded(await ocits(['pause', 'still'])), '')
    assert.is((await stateOf(ocits, 'still')).status, 'paused')
    assert.match(succeeded(await aside(ocits)(['list'])), /still +\d+ +paused/)
    assert.ok(frozen('/still'))
    succeeded(await aside(ocits)(['kill', 'still', 'USR1']))
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.not.ok(readFileSync(out, 'utf8').includes('got USR1'), 'it went on')
    assert.is(succeeded(await ocits(['resume', 'still'])), '')
    await says(out, 'got USR1')
    assert.is((await stateOf(ocits, 'still')).status, 'running')
    assert.not.ok(frozen('/still'))
    succeeded(await aside(ocits)(['delete', '--force', 'still']))
  })

  law('errors of pause and resume have words that engines know', async (ocits) => {
    const quick = aside(ocits)
    for (const verb of ['pause', 'resume']) refused(await ocits([verb, 'told']), 'container does not exist: told')
    await running(ocits, 'told')
    refused(await ocits(['resume', 'told']), 'container not paused: told: it is running')
    succeeded(await ocits(['pause', 'told']))
    refused(await ocits(['pause', 'told']), 'container not running: told: it is paused')
    refused(await quick(['start', 'told']), 'cannot start a container in the paused state: told')
    refused(await quick(['delete', 'told']), 'cannot delete container told that is not stopped: paused')
    succeeded(await quick(['kill', 'told', 'KILL']))
    await reaches(ocits, 'told', 'stopped')
    refused(await quick(['pause', 'told']), 'container not running: told: it is stopped')
    refused(await quick(['resume', 'told']), 'container not paused: told: it is stopped')
    succeeded(await quick(['delete', 'told']))
  })

  law('a created container can be paused, too, and is created again afterwards', async (ocits) => {
    const quick = aside(ocits)
    const { out } = await quick(['create', '--bundle', await make(config(['say', 'hello'])), 'early'])
    succeeded(await ocits(['pause', 'early']))
    assert.is((await stateOf(quick, 'early')).status, 'paused')
    succeeded(await ocits(['resume', 'early']))
    assert.is((await stateOf(quick, 'early')).status, 'created')
    succeeded(await quick(['start', 'early']))
    await says(out, 'hello')
    await reaches(ocits, 'early', 'stopped')
    succeeded(await quick(['delete', 'early']))
  })

  law('a paused container dies of SIGKILL at once, and force deletes it', async (ocits) => {
    const quick = aside(ocits)
    for (const end of [
      ['kill', 'ended', 'KILL'],
      ['kill', '--all', 'ended', '9'],
      ['delete', '--force', 'ended'],
    ]) {
      await running(ocits, 'ended')
      const { pid } = await stateOf(quick, 'ended')
      succeeded(await quick(['pause', 'ended']))
      succeeded(await ocits(end))
      assert.ok(await soon(() => !alive(pid)), end.join(' '))
      succeeded(await quick(['delete', '--force', 'ended']))
      assert.not.ok(existsSync(`${freezer}/ended`))
    }
  })

  law('a cgroup that the container has frozen itself stays frozen', async (ocits) => {
    const quick = aside(ocits)
    await running(ocits, 'nested')
    // As a process of the container with a writable cgroup would do it.
    spawn(['mkdir', `${freezer}/nested/below`])
    writeFileSync(`${freezer}/nested/below/${stateFile}`, isOnV1('freezer') ? 'FROZEN' : '1')
    succeeded(await ocits(['pause', 'nested']))
    succeeded(await ocits(['resume', 'nested']))
    assert.is((await stateOf(quick, 'nested')).status, 'running')
    assert.ok(frozen('/nested/below'))
    succeeded(await quick(['delete', '--force', 'nested']))
  })

  law('an existing cgroup is not frozen, because others may use it', async (ocits) => {
    const quick = aside(ocits)
    const tops = hierarchies.map((top) => `${top}/ocits-before`)
    spawn(['mkdir', ...tops])
    const out = await running(ocits, 'guest', {
      linux: { cgroupsPath: '/ocits-before', namespaces: [{ type: 'pid' }, { type: 'mount' }] },
    })
    refused(await ocits(['pause', 'guest']), 'cannot freeze container guest', '/ocits-before was there before it')
    succeeded(await quick(['kill', 'guest', 'USR1']))
    await says(out, 'got USR1')
    succeeded(await quick(['delete', '--force', 'guest']))
    spawn(['rmdir', ...tops])
  })

  law('without a cgroup there is nothing to freeze', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['trap']))
    succeeded(await quick(['--cgroup-manager', 'disabled', 'create', '--bundle', bundle, 'bare']))
    refused(await ocits(['pause', 'bare']), 'cannot freeze container bare: it has no cgroup')
    succeeded(await quick(['delete', '--force', 'bare']))
  })

  if (isV1 && isOnV1('freezer'))
    law('if a cgroup above is frozen, resume gives this reason', async (ocits) => {
      const quick = aside(ocits)
      const tops = hierarchies.map((top) => `${top}/ocits-above`)
      spawn(['mkdir', ...tops])
      await running(ocits, 'under', {
        linux: { cgroupsPath: '/ocits-above/under', namespaces: [{ type: 'pid' }, { type: 'mount' }] },
      })
      const above = `${freezer}/ocits-above/freezer.state`
      writeFileSync(above, 'FROZEN')
      const since = Date.now()
      // It waits ten seconds. A process that stays frozen could not be killed, not even at the end of the test.
      const { code, stderr } = await ocits(['resume', 'under'], { limit: 20_000 }).finally(() =>
        writeFileSync(above, 'THAWED'),
      )
      assert.is(code, 1)
      assert.ok(stderr.includes('ETIMEDOUT') && stderr.includes('a cgroup above it is frozen'), stderr)
      assert.ok(Date.now() - since > 5_000)
      succeeded(await quick(['delete', '--force', 'under']))
      spawn(['rmdir', ...tops])
    })
}

function spawn([program = '', ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  assert.is(status, 0, stderr)
}

test.run()
