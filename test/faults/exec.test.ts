import { readdirSync, readlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { untouched } from '../harness/canary.ts'
import type { Faulted } from '../harness/inject.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { hour, id, ocits, sweep } from './sweep.ts'

// `exec`: the program prints the same as without a fault, or it did not start. A command that failed or was killed before the start of the
// program has left no process in the container.

const maps = [{ containerID: 0, hostID: 100_000, size: 1000 }]
const seccomp: NonNullable<Spec['linux']>['seccomp'] = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['getppid'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }],
}

const facts = 'id caps cwd umask env rlimit NOFILE fds signals privileges filters ioprio ask getppid 0'

/** A container whose process is a user with a filter, limits and few capabilities; and one in a user namespace. */
const containers: Readonly<Record<string, Changes>> = {
  plain: {},
  rich: {
    process: {
      user: { uid: 1000, gid: 1001, additionalGids: [10] },
      capabilities: { bounding: ['CAP_KILL'], permitted: ['CAP_KILL'], effective: ['CAP_KILL'] },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 512 }],
      oomScoreAdj: 100,
      ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 5 },
    },
    linux: {
      namespaces: (['pid', 'mount', 'ipc', 'uts', 'network', 'cgroup'] as const).map((type) => ({ type })),
      seccomp,
    },
  },
  mapped: {
    process: { noNewPrivileges: true },
    mounts: [proc, { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] }],
    linux: {
      namespaces: (['user', 'pid', 'mount', 'ipc', 'uts'] as const).map((type) => ({ type })),
      ...{ uidMappings: maps, gidMappings: maps, seccomp },
    },
  },
}

function whole({ code, signal, stdout }: Faulted, told: string): void {
  if (code === 0 && signal === null) assert.is(stdout, told)
  else assert.ok(told.startsWith(stdout), `half a program: ${stdout}`)
}

/** The processes of the container except its init. */
function guests(pid: number): readonly string[] {
  const own = readlinkSync(`/proc/${pid}/ns/pid`)
  return readdirSync('/proc').filter((each) => {
    try {
      return each !== `${pid}` && Number(each) > 0 && readlinkSync(`/proc/${each}/ns/pid`) === own
    } catch {
      return false // it has ended, or is a zombie
    }
  })
}

for (const [name, changes] of Object.entries(containers))
  live(
    `exec, each call failing once: ${name}`,
    () =>
      untouched(async () => {
        const bundle = await make(config(['trap'], changes))
        if (name === 'mapped') await must(['chown', '-R', '100000:100000', bundle])
        const nobody = async () => {
          const { pid } = await stateOf(ocits, id)
          assert.ok(await soon(() => guests(pid).length === 0), `left inside: ${guests(pid)}`)
        }
        const command = [...ocits.command, 'exec', id, '/probe', ...facts.split(' ')]
        await sweep(
          {
            command,
            prepare: async () => {
              const { out, ...made } = await ocits(['run', '--detach', '--bundle', bundle, id])
              succeeded({ ...made, out })
              await says(out, 'ready')
            },
            judge: async (result, base) => {
              whole(result, base.stdout)
              await nobody()
            },
            killed: nobody,
          },
          40,
        )
      }),
    hour,
  )

test.run()
