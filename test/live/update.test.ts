import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { read } from '../harness/bundle.ts'
import { hasController, hierarchies, isOnV1 } from '../harness/cgroups.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'

// An update changes the named limits of a running container and nothing else; or it is refused, and nothing has changed.

const root = '/run/ocits-update'

/** A file of a container's cgroup: the name in v1, and in v2. */
const held = (id: string, v1: string, v2: string): string => {
  const controller = v1.split('.')[0] ?? ''
  const onV1 = isOnV1(controller)
  const top = hierarchies.find((each) => (onV1 ? each.endsWith(`/${controller}`) : !isOnV1('memory')))
  return readFileSync(`${top}/${id}/${onV1 ? v1 : v2}`, 'utf8').trim()
}
const memory = (id: string) => held(id, 'memory.limit_in_bytes', 'memory.max')
const realtime = hierarchies.map((top) => `${top}/cpu.rt_runtime_us`).find((file) => existsSync(file))
const pids = (id: string) => held(id, 'pids.max', 'pids.max')

async function running(ocits: Runtime, id: string): Promise<string> {
  const quick = aside(ocits)
  const linux = {
    namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }],
    resources: { memory: { limit: 100_003_840 }, pids: { limit: 50 } },
    cgroupsPath: `/${id}`,
  }
  const { out, ...created } = await quick(['create', '--bundle', await make(config(['trap'], { linux })), id])
  succeeded({ out, ...created })
  succeeded(await quick(['start', id]))
  await says(out, 'ready')
  return out
}

const wanted = ['memory', 'pids', 'cpu', 'cpuset']
const lacking = wanted.filter((name) => !hasController(name))

for (const binding of lacking.length > 0 ? [] : bindings) {
  const law = lawsOf(binding, root)

  law('each flag changes its own limit while the container runs', async (ocits) => {
    const quick = aside(ocits)
    const out = await running(ocits, 'flags')
    assert.is(succeeded(await ocits(['update', '--memory', '64m', 'flags'])), '')
    assert.equal([memory('flags'), pids('flags')], ['67108864', '50'])
    succeeded(await quick(['update', '--memory=1.5g', '--memory-swap', '2g', '--pids-limit', '-1', 'flags']))
    assert.equal([memory('flags'), pids('flags')], ['1610612736', 'max'])
    succeeded(await quick(['update', '-memory', '1g', '--memory-swap', '1g', 'flags']))
    assert.is(memory('flags'), '1073741824')
    succeeded(await quick(['update', '--cpu-quota', '50000', '--cpu-period', '200000', '--cpu-share', '512', 'flags']))
    succeeded(await quick(['update', '--cpu-quota', '60000', 'flags']))
    if (isOnV1('cpu')) {
      assert.is(held('flags', 'cpu.cfs_quota_us', ''), '60000')
      assert.is(held('flags', 'cpu.cfs_period_us', ''), '200000')
      assert.is(held('flags', 'cpu.shares', ''), '512')
    } else assert.is(held('flags', '', 'cpu.max'), '60000 200000')
    succeeded(await quick(['update', '--cpuset-cpus', '0', 'flags']))
    assert.is(held('flags', 'cpuset.cpus', 'cpuset.cpus'), '0')
    succeeded(await quick(['update', 'flags']))
    succeeded(await quick(['kill', 'flags', 'USR1']))
    await says(out, 'got USR1')
    succeeded(await quick(['delete', '--force', 'flags']))
  })

  law('the rarer flags change their own limits, too', async (ocits) => {
    const quick = aside(ocits)
    await running(ocits, 'rare')
    const update = async (...flags: readonly string[]) => succeeded(await ocits(['update', ...flags, 'rare']))
    await update('--memory-reservation', '32m')
    assert.is(held('rare', 'memory.soft_limit_in_bytes', 'memory.low'), '33554432')
    await update('--cpu-quota', '60000', '--cpu-burst', '20000')
    assert.is(held('rare', 'cpu.cfs_burst_us', 'cpu.max.burst'), '20000')
    if (realtime !== undefined) {
      writeFileSync(realtime, '50000') // of the sandbox, which has no real time to give away at first
      await update('--cpu-rt-period', '500000', '--cpu-rt-runtime', '2000')
      assert.equal([held('rare', 'cpu.rt_period_us', ''), held('rare', 'cpu.rt_runtime_us', '')], ['500000', '2000'])
    }
    await update('--cpu-idle', '1')
    assert.is(held('rare', 'cpu.idle', 'cpu.idle'), '1')
    const before = memory('rare')
    for (const flag of ['--kernel-memory', '--kernel-memory-tcp']) {
      const { code, stderr } = await quick(['update', flag, '1m', 'rare'])
      assert.is(code, 0)
      assert.match(stderr, /^ocits: warning: Kernel memory settings are ignored: .*\n$/)
    }
    assert.is(memory('rare'), before)
    succeeded(await quick(['delete', '--force', 'rare']))
  })

  law('update reads resources from a fifo, and a signal ends the wait for its writer', async (ocits) => {
    const quick = aside(ocits)
    await running(ocits, 'awaited')
    const fifo = '/run/ocits-update.fifo'
    await must(['mkfifo', fifo])
    const update = () => ocits(['update', '-r', fifo, 'awaited'], { limit: 5_000 })
    const late = update()
    await must(['sh', '-c', 'sleep 0.2; printf "$1" >$0', fifo, '{"pids":{"limit":7}}'])
    succeeded(await late)
    assert.is(pids('awaited'), '7')
    const command = update()
    // The signal must come while the command waits for the fifo.
    const waits = () => /poll|partner/.test(read(`/proc/${command.pid}/wchan`))
    assert.ok(await soon(waits))
    process.kill(command.pid, 'SIGTERM')
    const { code, signal, stderr } = await command
    assert.equal(
      [code ?? signal, stderr],
      binding.name === 'node' ? ['SIGTERM', ''] : [1, `ocits: open ${fifo}: operation canceled\n`],
    )
    await must(['rm', fifo])
    succeeded(await quick(['delete', '--force', 'awaited']))
  })

  law('resources come from a file, or from a pipe on stdin, and then flags have no effect', async (ocits) => {
    const quick = aside(ocits)
    await running(ocits, 'filed')
    const file = '/tmp/ocits-resources.json'
    writeFileSync(file, '{"memory":{"limit":67108864,"swap":null},"pids":{"limit":40},"unknown":1}')
    succeeded(await ocits(['update', '--resources', file, '--pids-limit', '3', 'filed']))
    assert.equal([memory('filed'), pids('filed')], ['67108864', '40'])
    for (const flag of ['--resources=-', '--resources -', '-r -']) {
      const words = [...ocits.command, 'update', ...flag.split(' '), 'filed']
      const script = `{ sleep 0.1; printf '{"pids":'; sleep 0.1; printf '{"limit":%s}}' 30; } | exec "$@"`
      succeeded(await run(['sh', '-c', script, 'sh', ...words]))
      assert.is(pids('filed'), '30')
      succeeded(await quick(['update', '--pids-limit', '40', 'filed']))
    }
    for (const [text, ...words] of [
      ['', `${file}: it is empty`],
      ['{"memory":', `${file}#/memory: line 1`],
      ['[]', `${file}: expected an object`],
      ['{},"x":{}', `${file}: line 1, column 3`],
      ['{"memory":{"limit":"64m"}}', `${file}#/memory/limit: Expected integer`, '"64m"'],
      ['{"memory":{"limit":-2}}', `${file}#/memory/limit: must be -1 (no limit) or more`],
      ['{"memory":{"limit":4096,"checkBeforeUpdate":true}}', `${file}#/memory/limit: rejecting memory limit 4096`],
      ['{"cpu":{"cpus":"900"},"pids":{"limit":2}}', `${file}#/cpu/cpus: change 900 to /`],
    ]) {
      writeFileSync(file, text ?? '')
      refused(await quick(['update', '-r', file, 'filed']), ...words)
      assert.equal([memory('filed'), pids('filed')], ['67108864', '40'], text)
    }
    const devices = await quick(['update', '-r', '/dev/fd/0', 'filed'])
    assert.is(devices.code, 1)
    writeFileSync(file, '{"devices":[{"allow":true,"access":"rwm"}]}')
    const warned = await ocits(['update', '-r', file, 'filed'])
    assert.is(warned.code, 0)
    assert.is(warned.stderr, `ocits: warning: ${file}#/devices: what devices it may use stays as it is\n`)
    refused(await ocits(['update', '-r', '/no/such', 'filed']), 'open /no/such: no such file or directory')
    succeeded(await quick(['delete', '--force', 'filed']))
  })

  law('if the kernel refuses one limit, the earlier ones are restored', async (ocits) => {
    const quick = aside(ocits)
    await running(ocits, 'whole')
    const cpus = held('whole', 'cpuset.cpus', 'cpuset.cpus')
    const before = [memory('whole'), pids('whole')]
    for (const [flags, ...words] of [
      [['--cpuset-cpus', '0', '--memory', '4096', '--memory-swap', '4096'], '--memory'],
      [['--cpuset-cpus', '900', '--memory', '64m', '--pids-limit', '7'], '--cpuset-cpus: change 900'],
      [['--cpuset-cpus', '0', '--cpuset-mems', '900', '--pids-limit', '7'], '--cpuset-mems: change 900'],
    ] as [string[], string][]) {
      // v2 kills processes to get below a limit, where v1 refuses.
      if (flags.includes('4096') && !isOnV1('memory')) continue
      refused(await ocits(['update', ...flags, 'whole']), ...words)
      assert.equal([memory('whole'), pids('whole')], before)
      assert.is(held('whole', 'cpuset.cpus', 'cpuset.cpus'), cpus)
    }
    succeeded(await quick(['delete', '--force', 'whole']))
  })

  law('an invalid update is refused, and the error names the flag', async (ocits) => {
    const quick = aside(ocits)
    refused(await ocits(['update', '--memory', '1g', 'said']), 'container does not exist: said')
    await running(ocits, 'said')
    for (const [flag, value, ...words] of [
      ['memory', '12x', 'invalid value for memory: "12x"'],
      ['memory', '-2', 'invalid value for memory: "-2"'],
      ['memory', '1.2.3', 'invalid value for memory'],
      ['cpu-share', '-1', 'invalid value for cpu-share: "-1"'],
      ['cpu-share', '1', '--cpu-share: the minimum allowed cpu-shares is 2'],
      ['cpu-quota', '1e3', 'invalid value for cpu-quota'],
      ['cpu-quota', '7', '--cpu-quota: must be at least 1000'],
      ['cpu-period', '18446744073709551616', '--cpu-period: Expected'],
      ['cpuset-cpus', '0-', '--cpuset-cpus: not a list of numbers'],
      ['blkio-weight', '5', '--blkio-weight: must be between 10 and 1000'],
      ['l3-cache-schema', 'L3:0=f', '--l3-cache-schema: the container has no class of service'],
      ['mem-bw-schema', 'MB:0=20', '--mem-bw-schema: the container has no class of service'],
    ])
      refused(await quick(['update', `--${flag}=${value}`, 'said']), ...words)
    assert.is((await stateOf(quick, 'said')).status, 'running')
    succeeded(await quick(['pause', 'said']))
    succeeded(await quick(['update', '--pids-limit', '9', 'said']))
    assert.is(pids('said'), '9')
    succeeded(await quick(['kill', 'said', 'KILL']))
    await reaches(ocits, 'said', 'stopped')
    refused(await ocits(['update', '--memory', '1g', 'said']), 'container not running: said')
    succeeded(await quick(['delete', 'said']))
    const bundle = await make(config(['id']))
    succeeded(await quick(['--cgroup-manager', 'disabled', 'create', '--bundle', bundle, 'said']))
    refused(await quick(['update', '--memory', '1g', 'said']), 'cannot update container said: it has no cgroup')
    succeeded(await quick(['delete', 'said']))
  })
}
if (lacking.length > 0) skipped('update', `the controllers are missing: ${lacking.join(', ')}`)

test.run()
