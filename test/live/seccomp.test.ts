import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traced } from '../harness/strace.ts'

// Flags change nothing that a process sees of its filter: the call that loads it has them.

const ocits = runtime(binary, '/run/ocits-seccomp')
const flags = ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'] as const

live('a filter is loaded with the flags of its profile', async () => {
  for (const asked of [[], flags.slice(0, 1), [...flags]]) {
    const seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW' as const,
      flags: asked,
      syscalls: [{ names: ['getppid'], action: 'SCMP_ACT_ERRNO' as const }],
    }
    const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }], seccomp }
    const bundle = await make(config(['say', 'here'], { linux }))
    const { processes } = await traced([...ocits.command, 'run', '--bundle', bundle, 'flagged'], true)
    const loads = processes.flat().filter(({ name }) => name === 'seccomp')
    assert.is(loads.length, 1)
    for (const flag of flags) assert.is(loads[0]?.args.includes(flag), asked.includes(flag), flag)
  }
})

live('the reason of a failed execve arrives under a filter that forbids sending', async () => {
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW' as const,
    syscalls: [{ names: ['sendto', 'sendmsg'], action: 'SCMP_ACT_ERRNO' as const }],
  }
  const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }], seccomp }
  for (const noNewPrivileges of [true, false]) {
    const bundle = await make(config([], { linux, process: { args: ['/broken'], noNewPrivileges } }))
    writeFileSync(`${bundle}/rootfs/broken`, 'no program', { mode: 0o755 })
    succeeded(await ocits(['create', '--bundle', bundle, 'mute']))
    refused(await ocits(['start', 'mute']), 'config.json#/process/args: exec /broken: exec format error')
    succeeded(await ocits(['delete', '--force', 'mute']))
  }
})

test.run()
