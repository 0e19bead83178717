import { chmodSync, chownSync, cpSync, mkdirSync } from 'node:fs'
import { test } from 'uvu'
import type { Process } from '../../src/spec/process.ts'
import type { Seccomp } from '../../src/spec/seccomp.ts'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// create checks whether a program is executable, with the rights that the process will have.

const root = '/run/ocits-executable'
const namespaces = [{ type: 'pid' as const }, { type: 'mount' as const }]
const seccomp: Seccomp = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['getppid'], action: 'SCMP_ACT_ERRNO' }],
}

/** A bundle whose program is in a folder of `owner`, which others may not enter. */
async function hidden(process: Partial<Process>, owner: number, filter: boolean): Promise<string> {
  const linux = { namespaces, ...(filter && { seccomp }) }
  const bundle = await make(config([], { linux, process: { args: ['/of/one/program', 'exit', '0'], ...process } }))
  const folder = `${bundle}/rootfs/of/one`
  mkdirSync(folder, { recursive: true })
  cpSync(`${bundle}/rootfs/probe`, `${folder}/program`)
  for (const path of [`${folder}/program`, folder]) {
    chownSync(path, owner, owner)
    chmodSync(path, path === folder ? 0o700 : 0o755)
  }
  return bundle
}

const held = (...caps: string[]) => ({ bounding: caps, permitted: caps, effective: caps })
const user = { uid: 1000, gid: 1000 }
const refusing: readonly [string, Partial<Process>, number][] = [
  ['a user', { user }, 0],
  ['a user with another capability', { user, capabilities: held('CAP_CHOWN') }, 0],
  ['a user with one that is not effective', { user, capabilities: { permitted: ['CAP_DAC_OVERRIDE'] } }, 0],
  ['root without capabilities', {}, 5],
  ['root with another one', { capabilities: held('CAP_CHOWN') }, 5],
]
const granting: readonly [string, Partial<Process>, number][] = [
  ['a user with CAP_DAC_OVERRIDE', { user, capabilities: held('CAP_DAC_OVERRIDE') }, 0],
  ['a user with CAP_DAC_READ_SEARCH', { user, capabilities: held('CAP_DAC_READ_SEARCH') }, 0],
  ['the owner', { user }, 1000],
  ['root with CAP_DAC_OVERRIDE', { capabilities: held('CAP_DAC_OVERRIDE') }, 5],
]

// Without noNewPrivileges the capabilities are dropped after the filter, and the filter is loaded after start.
const ways = [
  ['no filter', false, false],
  ['a filter', true, true],
  ['a filter before the capabilities', true, false],
] as const

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  for (const [way, filter, noNewPrivileges] of ways) {
    law(`with ${way} a program that is not executable is an error of create`, async (ocits) => {
      for (const [, process, owner] of refusing) {
        const bundle = await hidden({ ...process, noNewPrivileges }, owner, filter)
        refused(
          await ocits(['create', '--bundle', bundle, 'no']),
          '#/process/args/0: exec: "/of/one/program": permission denied',
        )
      }
    })

    law(`with ${way} the capabilities of the future process count`, async (ocits) => {
      for (const [, process, owner] of granting)
        succeeded(await ocits(['run', '--bundle', await hidden({ ...process, noNewPrivileges }, owner, filter), 'yes']))
    })
  }
}

test.run()
