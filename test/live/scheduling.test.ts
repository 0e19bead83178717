import { chownSync, existsSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { binary, type Runtime, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-scheduling'
const ocits = runtime(binary, root)

type Process = NonNullable<Changes['process']>

const printed = async (args: readonly string[], changes: Changes, by: Runtime = ocits) =>
  succeeded(await by(['run', 'one', await make(config(args, changes))]))

async function fails(changes: Changes, ...words: readonly string[]): Promise<void> {
  const before = traces(root)
  refused(await ocits(['run', 'one', await make(config(['affinity'], changes))]), ...words)
  await unchanged(before, root)
}

const schedulers: readonly (readonly [scheduler: NonNullable<Process['scheduler']>, shown: string])[] = [
  [{ policy: 'SCHED_OTHER', nice: 19 }, 'OTHER, nice 19, priority 0, flags 0'],
  [{ policy: 'SCHED_OTHER', nice: -20 }, 'OTHER, nice -20, priority 0, flags 0'],
  // The kernel does not change the nice value for such a policy (sched_setattr(2)).
  [{ policy: 'SCHED_IDLE' }, `IDLE, nice ${getPriority()}, priority 0, flags 0`],
  [
    { policy: 'SCHED_DEADLINE', runtime: 10_000_000, deadline: 60_000_000, period: 100_000_000 },
    'DEADLINE, nice 0, priority 0, flags 0, 10000000 of 60000000 every 100000000 ns',
  ],
  [
    {
      policy: 'SCHED_DEADLINE',
      runtime: 10_000_000,
      deadline: 100_000_000,
      flags: ['SCHED_FLAG_RESET_ON_FORK', 'SCHED_FLAG_RECLAIM'],
    },
    'DEADLINE, nice 0, priority 0, flags 3, 10000000 of 100000000 every 100000000 ns',
  ],
]

for (const [scheduler, shown] of schedulers)
  live(`a process of ${shown}`, async () => {
    assert.is(await printed(['scheduler'], { process: { scheduler } }), `scheduler ${shown}\n`)
  })

const mapped = { uidMappings: [{ containerID: 0, hostID: 100000, size: 1 }] }
const own: Changes = {
  linux: {
    namespaces: [{ type: 'user' }, { type: 'pid' }, { type: 'mount' }],
    ...{ ...mapped, gidMappings: mapped.uidMappings },
  },
}

live('in a user namespace, settings that need the rights of the host are made with them', async () => {
  const process: Process = {
    scheduler: { policy: 'SCHED_BATCH', nice: -7 },
    ioPriority: { class: 'IOPRIO_CLASS_RT', priority: 1 },
  }
  const bundle = await make(config(['scheduler', 'ioprio'], { ...own, process }))
  chownSync(`${bundle}/rootfs`, 100000, 100000)
  const shown = succeeded(await ocits(['run', 'one', bundle]))
  assert.is(shown, 'scheduler BATCH, nice -7, priority 0, flags 0\nioprio RT 1\n')
})

live('classes of I/O', async () => {
  for (const name of ['RT', 'BE', 'IDLE'] as const) {
    const ioPriority = { class: `IOPRIO_CLASS_${name}` as const, priority: 7 }
    assert.is(await printed(['ioprio'], { process: { ioPriority } }), `ioprio ${name} 7\n`)
  }
})

live('the CPUs of the caller do not bind the container', async () => {
  const bound: Runtime = Object.assign(
    runtime({ name: 'bound', command: ['taskset', '-c', '0', ...binary.command] }, root),
  )
  assert.is(await printed(['affinity'], {}, bound), 'affinity all\n')
})

live('execCPUAffinity is only for exec', async () => {
  assert.is(
    await printed(['affinity'], { process: { execCPUAffinity: { initial: '0', final: '0' } } }),
    'affinity all\n',
  )
})

// With CONFIG_RT_GROUP_SCHED and cgroup v1 the kernel gives real time to cgroups; a new one has none.
const shared = existsSync('/sys/fs/cgroup/cpu/cpu.rt_runtime_us')
live(`a real time policy${shared ? ' in a cgroup without real time' : ''}`, async () => {
  const process = { scheduler: { policy: 'SCHED_FIFO', priority: 1 } } as const
  if (shared) await fails({ process }, 'config.json#/process/scheduler', 'operation not permitted', 'rt_runtime')
  else assert.is(await printed(['scheduler'], { process }), 'scheduler FIFO, nice 0, priority 1, flags 0\n')
})

live('a deadline shorter than the kernel accepts', async () => {
  const scheduler = { policy: 'SCHED_DEADLINE', runtime: 1023, deadline: 2000 } as const
  await fails(
    { process: { scheduler } },
    'config.json#/process/scheduler',
    'SCHED_DEADLINE',
    'invalid argument',
    '1024',
  )
})

const namespaces: NonNullable<Linux['namespaces']> = [{ type: 'pid' }, { type: 'mount' }]
const policies: readonly (readonly [policy: NonNullable<Linux['memoryPolicy']>, shown: string])[] = [
  [{ mode: 'MPOL_DEFAULT' }, '0, flags 0, nodes 0'],
  [{ mode: 'MPOL_LOCAL' }, '4, flags 0, nodes 0'],
  [{ mode: 'MPOL_PREFERRED', nodes: '0' }, '1, flags 0, nodes 0x1'],
  [{ mode: 'MPOL_INTERLEAVE', nodes: ' 0-0 , 0', flags: ['MPOL_F_RELATIVE_NODES'] }, '3, flags 0x4000, nodes 0x1'],
]

live('NUMA policies', async () => {
  for (const [memoryPolicy, shown] of policies) {
    assert.is(await printed(['mempolicy'], { linux: { namespaces, memoryPolicy } }), `mempolicy ${shown}\n`)
  }
  const linux = { namespaces, memoryPolicy: { mode: 'MPOL_BIND', nodes: '1000' } } satisfies Changes['linux']
  await fails({ linux }, 'config.json#/linux/memoryPolicy', 'MPOL_BIND nodes 1000', 'invalid argument')
})

test.run()
