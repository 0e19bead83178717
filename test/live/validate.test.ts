import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { validate } from '../../src/index.ts'
import { binary, bindings, runtime } from '../harness/binding.ts'
import { bundle, names, unmet } from '../harness/bundle.ts'
import { live, skipped } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-validate'
const ignored = 'unknown property, which is ignored'
const base = config(['say', 'here'])
const { process: _, ...processless } = base
const notSet = '#/process: not set: the container can be created, but not started'
const fifo = { type: 'p', path: '/dev/fifo' }

type Kind = { readonly config: object; readonly warnings: readonly string[]; readonly faults?: readonly string[] }

/** The output of `validate` for a config, and whether it is a fault. */
const kinds: Readonly<Record<string, Kind>> = {
  'a config that is right': { config: base, warnings: [] },
  'a slip in the name of a property': {
    config: { ...base, hostnme: 'x', linux: { ...base.linux, seccmp: {} } },
    warnings: [`#/linux/seccmp: ${ignored}: did you mean seccomp?`, `#/hostnme: ${ignored}: did you mean hostname?`],
  },
  'a slip in the name of the process': {
    config: { ...processless, proces: base.process },
    warnings: [`#/proces: ${ignored}: did you mean process?`, notSet],
  },
  'a slip in the name of what must be there': {
    config: { ...base, process: { args: ['/probe'], cmd: '/' } },
    warnings: [`#/process/cmd: ${ignored}: did you mean cwd?`],
    faults: ['#/process/cwd: Expected required property'],
  },
  'an unknown system call': {
    config: {
      ...base,
      linux: {
        ...base.linux,
        seccomp: {
          defaultAction: 'SCMP_ACT_ALLOW',
          syscalls: [{ names: ['mkdir', 'mkdirr'], action: 'SCMP_ACT_ERRNO' }],
        },
      },
    },
    warnings: ['#/linux/seccomp/syscalls/0/names/1: no system call has the name "mkdirr": did you mean mkdir?'],
  },
  'what a rule warns of': {
    config: { ...base, mounts: [proc, { destination: 'tmp', type: 'tmpfs', source: 'tmpfs' }] },
    warnings: ['#/mounts/1/destination: mount destination "tmp" is not absolute: it is taken as "/tmp"'],
  },
  'what the plan warns of': {
    config: { ...base, linux: { ...base.linux, devices: [fifo, { ...fifo, fileMode: 0o600 }] } },
    warnings: ['#/linux/devices/1/path: /dev/fifo is that of /linux/devices/0 already: this one is not made'],
  },
  'what this machine would refuse': {
    config: { ...base, process: { ...base.process, selinuxLabel: 'system_u:system_r:container_t:s0' } },
    warnings: ['#/process/selinuxLabel: create refuses it on this machine: '],
  },
  'a fault of a rule': {
    config: { ...base, linux: { ...base.linux, cgroupsPath: '/a/../../b' }, proces: 1 },
    warnings: [`#/proces: ${ignored}: did you mean process?`],
    faults: ['#/linux/cgroupsPath: '],
  },
}

/** Whether each line begins with the expected text. */
function match(text: string, prefix: string, expected: readonly string[]): void {
  const lines = text.split('\n').filter((line) => line !== '')
  const starts = lines.map((line, i) => line.slice(0, `${prefix}${expected[i] ?? ''}`.length))
  assert.equal(starts.sort(), expected.map((each) => `${prefix}${each}`).sort())
}

for (const binding of bindings)
  for (const [name, { config, warnings, faults = [] }] of Object.entries(kinds))
    live(`${binding.name}: validate of ${name}`, async () => {
      const ocits = runtime(binding, root)
      const path = await make(JSON.stringify(config))
      for (const words of [['validate'], ['validate', '--strict']]) {
        const { code, stdout, stderr } = await ocits([...words, path])
        match(stderr, 'ocits: warning: config.json', warnings)
        match(stdout, 'config.json', faults)
        assert.is(code, faults.length > 0 || (words.length > 1 && warnings.length > 0) ? 1 : 0, words.join(' '))
      }
    })

for (const [name, { config, warnings, faults = [] }] of Object.entries(kinds))
  live(`the library's validate of ${name}`, async () => {
    const heard: string[] = []
    const found = await validate(await make(JSON.stringify(config)), { warn: ({ message }) => heard.push(message) })
    match(heard.join('\n'), 'config.json', warnings)
    match(found.map(({ pointer, message }) => `#${pointer}: ${message}`).join('\n'), '', faults)
  })

const ocits = runtime(binary, root)

live('run ignores unknown names without a message, as the specification demands', async () => {
  const path = await make(
    JSON.stringify({ ...base, hostnme: 'x', process: { ...base.process, noNewPriviledges: true } }),
  )
  const { code, stdout, stderr } = await ocits(['run', '--bundle', path, 'unknown'])
  assert.equal([code, stdout, stderr], [0, 'here\n', ''])
})

for (const name of names) {
  const reason = await unmet(name)
  if (reason !== undefined) skipped(`validate --strict of bundles/${name}`, reason)
  else
    live(`validate --strict of bundles/${name}`, async () => {
      const { code, stdout, stderr } = await ocits(['validate', '--strict', (await bundle(name)).path])
      assert.equal([code, stdout, stderr], [0, '', ''])
    })
}

const before = traces(root)
test.after(() => unchanged(before, root))

test.run()
